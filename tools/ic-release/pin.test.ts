import { createHash } from "node:crypto";
import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeEach, beforeAll, expect, test } from "@jest/globals";
import { execa } from "execa";
import { runfile } from "../lib/runfiles.ts";

const published = new Map<string, Buffer>();
const server = http.createServer((request, response) => {
  const body = published.get((request.url ?? "").slice(1));
  response.writeHead(body === undefined ? 404 : 200).end(body);
});
let url: string;
let folder: string;
beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "pin-"));
});
afterAll(() => {
  server.close();
  fs.rmSync(folder, { recursive: true });
});

const at = (name: string): string => `ic/r1/binaries/x86_64-linux/${name}`;
const sha256 = (data: Buffer): string => createHash("sha256").update(data).digest("hex");
const replica = gzipSync("replica");
const orchestrator = gzipSync("orchestrator");

beforeEach(() => {
  published.clear();
  published.set(at("replica.gz"), replica);
  published.set(at("orchestrator.gz"), orchestrator);
  published.set(at("SHA256SUMS"), Buffer.from(`${sha256(replica)}  replica.gz\n${sha256(orchestrator)} *./orchestrator.gz\n`));
  fs.rmSync(path.join(folder, "pins.json"), { force: true });
});

async function pin(...args: string[]): Promise<{ code: number | undefined; stderr: string; pins: unknown }> {
  const file = path.join(folder, "pins.json");
  const result = await execa(runfile(process.env["PIN"] ?? ""), ["--output", "pins.json", ...args], { env: { BUILD_WORKING_DIRECTORY: folder }, reject: false });
  return { code: result.exitCode, stderr: result.stderr, pins: fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")) : undefined };
}

const both = ["--release", "r1", "--file", "replica", "orchestrator"];

test("a release is pinned, programs by name", async () => {
  const { code, stderr, pins } = await pin("--base-url", `${url}/`, ...both);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(pins).toEqual({
    version: 1,
    release: "r1",
    baseUrl: url,
    files: [
      { name: "orchestrator", path: at("orchestrator.gz"), size: orchestrator.length, sha256: sha256(orchestrator), compression: "gz" },
      { name: "replica", path: at("replica.gz"), size: replica.length, sha256: sha256(replica), compression: "gz" },
    ],
  });
  expect((await pin("--check")).code).toBe(0);
});

test("all that is wrong is said at once, and nothing is written", async () => {
  published.set(at("replica.gz"), gzipSync("another replica"));
  published.set(at("state-tool.gz"), Buffer.from("<html>"));
  const { code, stderr, pins } = await pin("--base-url", url, ...both, "state-tool", "ic-boundary");
  expect(code).toBe(4);
  expect(stderr).toContain("release r1: 4 problems");
  expect(stderr).toContain(`replica.gz: expected sha256 ${sha256(replica)} by the published sums, got ${sha256(gzipSync("another replica"))}`);
  expect(stderr).toContain("state-tool.gz: expected gzip, got a file that begins with 3c68746d");
  expect(stderr).toContain("state-tool.gz: the published sums do not list state-tool.gz");
  expect(stderr).toContain("ic-boundary.gz: HTTP status 404");
  expect(pins).toBeUndefined();
});

test("a release without published sums is pinned, and that is said", async () => {
  published.delete(at("SHA256SUMS"));
  const { code, stderr } = await pin("--base-url", url, ...both);
  expect(code).toBe(0);
  expect(stderr).toContain("SHA256SUMS: not published");
});

test("a check says every program that is no longer what was pinned", async () => {
  await pin("--base-url", url, ...both);
  const before = fs.readFileSync(path.join(folder, "pins.json"));
  published.set(at("replica.gz"), gzipSync("x"));
  published.delete(at("orchestrator.gz"));
  const { code, stderr } = await pin("--check");
  expect(code).toBe(4);
  expect(stderr).toContain("2 problems");
  expect(stderr).toContain(`expected sha256 ${sha256(replica)}`);
  expect(stderr).toContain("orchestrator.gz: HTTP status 404");
  expect(fs.readFileSync(path.join(folder, "pins.json"))).toEqual(before);
});

test("a server that is not there is named", async () => {
  const { code, stderr } = await pin("--base-url", "http://127.0.0.1:1", ...both);
  expect(code).toBe(4);
  expect(stderr).toContain("http://127.0.0.1:1/ic/r1/binaries/x86_64-linux/replica.gz: ");
});

test("a wrong command line ends with exit code 2", async () => {
  expect((await pin("--release", "r1")).code).toBe(2);
  expect((await pin("--bogus")).code).toBe(2);
});
