import { createHash, randomBytes } from "node:crypto";
import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { createLog } from "../../lib/log.ts";
import { download, type DownloadOptions } from "./download.ts";

const image = randomBytes(600_000);
const sha256 = createHash("sha256").update(image).digest("hex");

let folder: string;
let lines: string[];
let servers: http.Server[];
let ranges: (string | undefined)[];

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "download-"));
  [lines, servers, ranges] = [[], [], []];
});
afterEach(() => {
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
  fs.rmSync(folder, { recursive: true });
});

/** A server that knows ranges; `answer` may do something else. */
async function serve(answer?: (request: http.IncomingMessage, response: http.ServerResponse) => boolean): Promise<string> {
  const server = http.createServer((request, response) => {
    ranges.push(request.headers.range);
    if (answer?.(request, response) === true) return;
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? Number.NaN);
    if (Number.isNaN(from)) return void response.writeHead(200, { "content-length": image.length }).end(image);
    if (from >= image.length) return void response.writeHead(416).end();
    response.writeHead(206, { "content-range": `bytes ${from}-${image.length - 1}/${image.length}`, "content-length": image.length - from }).end(image.subarray(from));
  });
  servers.push(server.listen(0, "127.0.0.1"));
  await new Promise((resolve) => server.once("listening", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/update.img`;
}

const get = (urls: string[], changes: Partial<DownloadOptions> = {}): Promise<string> =>
  download({ urls, sha256, folder, reserve: 0, stallMilliseconds: 5000, log: createLog("test", (line) => lines.push(line)), ...changes });
const there = (): string[] => fs.readdirSync(folder).sort();
const part = (): string => path.join(folder, `${sha256}.part`);

test("a file is downloaded, checked and told of", async () => {
  const seen: [number, number | undefined][] = [];
  const file = await get([await serve()], { progress: (...progress) => seen.push(progress) });
  expect(fs.readFileSync(file).equals(image)).toBe(true);
  expect(seen.at(-1)).toEqual([image.length, image.length]);
  expect(there()).toEqual([`${sha256}.img`]);
});

test("a file that is there with the right sum is not asked for again; a wrong one is replaced", async () => {
  const url = await serve();
  const file = await get([url]);
  expect(await get([url])).toBe(file);
  expect(ranges).toHaveLength(1);
  fs.writeFileSync(file, "damaged");
  await get([url]);
  expect(fs.readFileSync(file).equals(image)).toBe(true);
});

test("a broken download is gone on with where it ended", async () => {
  const url = await serve((request, response) => {
    if (request.headers.range !== undefined) return false;
    response.writeHead(200, { "content-length": image.length });
    response.write(image.subarray(0, 300_000), () => setTimeout(() => response.destroy(), 50));
    return true;
  });
  await expect(get([url])).rejects.toThrow("no server gave the update image");
  const had = fs.statSync(part()).size;
  expect(had).toBeGreaterThan(0);
  await get([url]);
  expect(ranges).toEqual([undefined, `bytes=${had}-`]);
});

test("a server without ranges gives the whole again, and what does not begin the file is thrown away", async () => {
  fs.writeFileSync(part(), image.subarray(0, 1000));
  await get([await serve((_, response) => (response.writeHead(200).end(image), true))]);
  fs.rmSync(path.join(folder, `${sha256}.img`));
  // As long as the file, but another one.
  fs.writeFileSync(part(), Buffer.alloc(image.length));
  await get([await serve()]);
  expect(ranges.slice(1)).toEqual([`bytes=${image.length}-`, undefined]);
});

test("servers are tried in turn; a wrong file is not kept, and the failure names each", async () => {
  const lies = await serve((_, response) => (response.writeHead(200).end("something else"), true));
  const missing = await serve((_, response) => (response.writeHead(404).end(), true));
  const error: Error = await get([lies, missing]).catch((failure) => failure);
  expect(error.message).toContain(`${lies}: expected SHA-256 ${sha256}, got `);
  expect(error.message).toContain(`${missing}: HTTP status 404`);
  expect(there()).toEqual([]);
  await get([lies, missing, await serve()]);
  expect(there()).toEqual([`${sha256}.img`]);
});

test("a redirection is followed, an endless one is not", async () => {
  const goal = await serve();
  await get([await serve((_, response) => (response.writeHead(302, { location: goal }).end(), true))]);
  fs.rmSync(path.join(folder, `${sha256}.img`));
  await expect(get([await serve((_, response) => (response.writeHead(302, { location: "/again" }).end(), true))])).rejects.toThrow("more than 5 redirections");
});

test("a silent server is given up", async () => {
  await expect(get([await serve((_, response) => (response.writeHead(200, { "content-length": 10 }).write("x"), true))], { stallMilliseconds: 100 })).rejects.toThrow("nothing came for 0.1 s");
});

test("a disk without room is left as it was, and the next server is not tried", async () => {
  const free = fs.statfsSync(folder).bavail * fs.statfsSync(folder).bsize;
  fs.writeFileSync(part(), image.subarray(0, 1000));
  const urls = [await serve(), await serve()];
  await expect(get(urls, { reserve: free + 2 ** 30 })).rejects.toThrow(/no room for the update image: \d+ MiB are needed, \d+ MiB are free/);
  expect(there()).toEqual([]);
  expect(ranges).toHaveLength(1);
});

test("downloads of other versions are removed", async () => {
  for (const name of ["0".repeat(64) + ".img", "1".repeat(64) + ".part"]) fs.writeFileSync(path.join(folder, name), "old");
  await get([await serve()]);
  expect(there()).toEqual([`${sha256}.img`]);
});
