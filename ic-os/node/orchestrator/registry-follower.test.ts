import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { createLog } from "../lib/log.ts";
import { followRegistry, type RegistryFollower } from "./registry-follower.ts";
import type { Registry } from "./registry.ts";

let folder: string;
let follower: RegistryFollower | undefined;
let lines: string[];
let versions: number[];
let server: http.Server | undefined;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "registry-"));
  lines = [];
  versions = [];
});
afterEach(async () => {
  await follower?.stop();
  server?.close();
  server = undefined;
  fs.rmSync(folder, { recursive: true });
});

function follow(sources: string[], changed: (registry: Registry) => Promise<void> = async ({ version }) => void versions.push(version)): RegistryFollower {
  follower = followRegistry({ sources, pollMilliseconds: 10, copy: path.join(folder, "copy.json"), changed, log: createLog("test", (line) => lines.push(line)) });
  return follower;
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`not reached; versions ${versions.join()}, log:\n${lines.join("")}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const write = (version: number, name = "registry.json"): string => {
  const file = path.join(folder, name);
  fs.writeFileSync(`${file}.new`, JSON.stringify({ version }));
  fs.renameSync(`${file}.new`, file);
  return file;
};

test("each newer version is told once, and an older one never", async () => {
  const file = write(1);
  const { status } = follow([file]);
  await until(() => versions.length === 1);
  write(3);
  await until(() => versions.length === 2);
  write(2);
  await until(() => lines.some((line) => line.includes("version 2 is older than 3")));
  expect(versions).toEqual([1, 3]);
  expect(status()).toMatchObject({ version: 3, source: file });
});

test("a bad registry changes nothing and is said once", async () => {
  const file = write(1);
  follow([file]);
  await until(() => versions.length === 1);
  fs.writeFileSync(file, '{"version": 2, "firewall": 5}');
  await until(() => lines.some((line) => line.includes("firewall: ")));
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(versions).toEqual([1]);
  expect(lines.filter((line) => line.includes("firewall: "))).toHaveLength(1);
});

test("a change that fails is tried again", async () => {
  let tries = 0;
  follow([write(1)], async ({ version }) => {
    tries += 1;
    if (tries < 3) throw new Error("disk full");
    versions.push(version);
  });
  await until(() => versions.length === 1);
  expect(tries).toBe(3);
});

test("the kept copy is used when no source answers", async () => {
  follow([write(4)]);
  await until(() => versions.length === 1);
  await follower?.stop();
  const { status } = follow([path.join(folder, "none"), "http://127.0.0.1:1/registry.json"]);
  await until(() => versions.length === 2);
  expect(versions).toEqual([4, 4]);
  expect(status().source).toBe(path.join(folder, "copy.json"));
});

test("sources are tried in order, over HTTP too", async () => {
  let answer: { code: number; body: string } = { code: 500, body: "" };
  server = http.createServer((_, response) => response.writeHead(answer.code).end(answer.body)).listen(0, "127.0.0.1");
  await new Promise((resolve) => server?.once("listening", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/registry.json`;
  const file = write(1);
  const { status } = follow([url, file]);
  await until(() => versions.length === 1);
  expect(status()).toMatchObject({ source: file, problems: { [url]: `${url}: HTTP status 500` } });
  answer = { code: 200, body: '{"version": 2}' };
  await until(() => versions.length === 2);
  expect(status()).toMatchObject({ source: url, problems: {} });
});
