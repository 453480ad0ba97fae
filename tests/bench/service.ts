import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import type { Scratch } from "./scratch.ts";

const FILE = "ic-os/guestos/envs/dev/service-for-bench.bin";
const BUILD = "ic-os/guestos/envs/dev/BUILD.bazel";
const NO_SERVICES = "services = {},";

/** Size of the made-up service: that of a stripped replica, about. */
const SIZE_BYTES = 24 * 1024 * 1024;

/** Gives the dev image of the scratch workspace a service binary, so that changing it can be measured. */
export function addService(scratch: Scratch): void {
  changeService(scratch, "first");
  const file = path.join(scratch.workspace, BUILD);
  const text = fs.readFileSync(file, "utf8");
  const withService = text.replace(NO_SERVICES, `services = {":${path.basename(FILE)}": "/opt/ic/bin/service-for-bench:0755"},`);
  if (withService === text) throw new Error(`${BUILD}: expected "${NO_SERVICES}", to put the benchmark's service in its place`);
  fs.writeFileSync(file, withService);
}

/** Changes the service: the content depends on `seed` throughout, and compresses about as a program does. */
export function changeService(scratch: Scratch, seed: string): void {
  const block = 64 * 1024;
  const content = Buffer.alloc(SIZE_BYTES);
  for (let at = 0; at < SIZE_BYTES; at += block) {
    // One third of each block is random, the rest repeats it.
    const key = crypto.createHash("sha256").update(`${seed}:${at}`).digest();
    const cipher = crypto.createCipheriv("aes-256-ctr", key, Buffer.alloc(16));
    const random = cipher.update(Buffer.alloc(Math.floor(block / 3)));
    for (let part = 0; part < 3; part++) random.copy(content, at + part * random.length);
  }
  scratch.edit(FILE, content);
}
