import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "@jest/globals";
import { encode, Tagged } from "cborg";
import { formatStatus } from "./format-status.ts";
import { parseNodeStatus } from "./node-status.ts";
import { readNodeStatus } from "./read-status.ts";
import { waitForHealthy } from "./wait-for-healthy.ts";

const status = { replica_health_status: "healthy", impl_version: "v1", impl_hash: "ab", certified_height: 7, root_key: new Uint8Array([0x30, 0x81]) };
const body = (changes: object = {}): Uint8Array => encode(new Tagged(55799, { ...status, ...changes }));

let server: http.Server | undefined;
afterEach(() => void server?.close());

async function serve(answer: () => { code?: number; body: Uint8Array }): Promise<string> {
  server = http.createServer((_, response) => {
    const { code, body: content } = answer();
    response.writeHead(code ?? 200, { "content-type": "application/cbor" }).end(content);
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("reads a status off the wire, inside its tag and without", () => {
  const expected = { health: "healthy", version: "v1", implHash: "ab", certifiedHeight: 7, rootKey: "3081" };
  expect(parseNodeStatus(body())).toEqual(expected);
  expect(parseNodeStatus(encode(status))).toEqual(expected);
});

test("what an older or newer node leaves out or adds does no harm", () => {
  expect(parseNodeStatus(encode({ replica_health_status: "dreaming", ic_api_version: "0.18.0" }))).toEqual({ health: "dreaming", version: null, implHash: null, certifiedHeight: null, rootKey: null });
});

test("says what came instead of a status", async () => {
  const api = await serve(() => ({ body: Buffer.from("<html>") }));
  await expect(readNodeStatus(api)).rejects.toThrow("expected a CBOR status, got 6 bytes that are none");
});

test("an error status is no status", async () => {
  const api = await serve(() => ({ code: 503, body: body() }));
  await expect(readNodeStatus(api)).rejects.toThrow("expected status 200, got 503");
});

test("healthy is a node whose height grows", async () => {
  let height = 0;
  const api = await serve(() => ({ body: body({ certified_height: Math.floor(height++ / 2), replica_health_status: height > 2 ? "healthy" : "starting" }) }));
  expect((await waitForHealthy(api, 20)).certifiedHeight).toBeGreaterThan(1);
});

test("a node that stands still is not healthy; the message says what was seen", async () => {
  const api = await serve(() => ({ body: body() }));
  await expect(waitForHealthy(api, 1)).rejects.toThrow("healthy at height 7");
});

test("the status for people", () => {
  expect(formatStatus("guestos-dev-1", parseNodeStatus(body()))).toBe(
    "node     guestos-dev-1\nhealth   healthy\nheight   7\nversion  v1\nprogram  sha256 ab\nroot key 3081… (2 bytes)\n",
  );
});
