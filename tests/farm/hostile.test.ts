import { randomBytes } from "node:crypto";
import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { FarmUnderTest, vmRequest } from "./farm-under-test.ts";

const farm = new FarmUnderTest(["--max-file-mib", "1"]);
beforeAll(async () => {
  await farm.start();
  await farm.must("POST", "group/g", { ttl: 600, spec: {} });
});
afterAll(() => farm.cleanUp());

interface Raw {
  status: number;
  body: string;
}

/** A request as bytes: clients and libraries would mend what is wrong with it. */
async function raw(request: string | Buffer): Promise<Raw> {
  const { port } = new URL(farm.url);
  const socket = net.connect(Number(port), "127.0.0.1");
  const chunks: Buffer[] = [];
  socket.on("data", (data) => chunks.push(data)).on("error", () => undefined);
  // Not end(): Node takes a half-closed connection for one that wants no answer.
  socket.write(request);
  await new Promise((resolve) => socket.once("close", resolve));
  const text = Buffer.concat(chunks).toString();
  return { status: Number(/^HTTP\/1.1 (\d+)/.exec(text)?.[1]), body: text.slice(text.indexOf("\r\n\r\n") + 4) };
}

const head = (line: string, headers: readonly string[] = []): string => [`${line} HTTP/1.1`, "Host: 127.0.0.1", "Connection: close", ...headers].join("\r\n") + "\r\n\r\n";

test.each([
  ["POST /group/..%2f..%2fetc", /param\.group: expected 1 to 128 letters/],
  ["POST /group/%2e%2e", /./],
  ["GET /group/../../../etc/passwd", /./],
  ["GET /assets/..%2fcli.bundle.mjs", /there is no/],
  ["GET /assets/%2e%2e/cli.bundle.mjs", /there is no/],
  ["PUT /group/g/file/..%2f..%2ffarm.sqlite", /expected a SHA-256/],
  ["GET /group/g/vm/..%2f..%2fx/console/log", /param\.vm: expected 1 to 63 letters/],
  ["GET /group/g/vm/v/console/log?from=-1", /param\.from: expected a number of bytes/],
  ["POST /group/a%00b", /param\.group/],
  ["POST /group/%ff", /param\.group|Malformed/],
  [`POST /group/${"x".repeat(129)}`, /param\.group/],
  ["PATCH /group/g", /there is no PATCH/],
])("%s is refused", async (line, why) => {
  const before = fs.readdirSync(path.dirname(farm.stateDir));
  const answer = await raw(head(line, ["Content-Type: application/json", "Content-Length: 2"]) + "{}");
  expect([400, 404]).toContain(answer.status);
  expect(JSON.parse(answer.body).message).toMatch(why);
  expect(fs.readdirSync(path.dirname(farm.stateDir))).toEqual(before);
});

test.each([
  ["not JSON", "{", 400, /Malformed JSON/],
  ["a list", "[]", 400, /json: Invalid input/],
  ["a body of 2 MiB", JSON.stringify({ ttl: 1, spec: {}, x: "x".repeat(2 * 2 ** 20) }), 413, /more than 1048576 bytes/],
  ["deep nesting", `${"[".repeat(100_000)}${"]".repeat(100_000)}`, 400, /./],
  ["a prototype", '{"ttl":1,"spec":{"__proto__":{"metadata":7},"requiredHostFeatures":"x"}}', 400, /requiredHostFeatures/],
  ["a wrong type everywhere", '{"ttl":"1","spec":{"vmAllocation":1,"requiredHostFeatures":[1]}}', 400, /json\.ttl.*; json\.spec\.vmAllocation.*; json\.spec\.requiredHostFeatures\.0/],
])("a JSON body: %s", async (_, body, status, why) => {
  const answer = await raw(head("POST /group/bad", ["Content-Type: application/json", `Content-Length: ${Buffer.byteLength(body)}`]) + body);
  expect([answer.status, JSON.parse(answer.body).message]).toEqual([status, expect.stringMatching(why)]);
  expect((await farm.ask("GET", "group/bad")).status).toBe(404);
});

test("a body that says its length wrong, or is sent in endless chunks, is refused", async () => {
  const chunk = `10000\r\n${"x".repeat(0x10000)}\r\n`;
  const chunked = await raw(head("POST /group/bad", ["Content-Type: application/json", "Transfer-Encoding: chunked"]) + chunk.repeat(20) + "0\r\n\r\n");
  expect(chunked.status).toBe(413);
  const both = await raw(head("POST /group/bad", ["Content-Type: application/json", "Content-Length: 2", "Transfer-Encoding: chunked"]) + "0\r\n\r\n");
  expect(both.status).toBe(400);
});

const part = (name: string, content: string | Buffer): Buffer =>
  Buffer.concat([Buffer.from(`--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n`), Buffer.from(content), Buffer.from("\r\n")]);
const end = Buffer.from("--b--\r\n");

test.each([
  ["no multipart at all", "application/octet-stream", [Buffer.from("x")], 415, /expected Content-Type multipart\/form-data/],
  ["no boundary", "multipart/form-data", [part("f", "x"), end], 415, /multipart\/form-data/],
  ["an empty boundary", "multipart/form-data; boundary=", [part("f", "x"), end], 400, /multipart: /],
  ["no part", "multipart/form-data; boundary=b", [end], 400, /multipart: /],
  ["two parts", "multipart/form-data; boundary=b", [part("f", "x"), part("g", "y"), end], 400, /expected one part, got more/],
  ["a path as name", "multipart/form-data; boundary=b", [part("../../farm.sqlite", "x"), end], 400, /name of the part: expected 1 to 128 letters/],
  ["a name of 1 MB", "multipart/form-data; boundary=b", [part("x".repeat(2 ** 20), "x"), end], 400, /multipart: /],
  ["no end", "multipart/form-data; boundary=b", [part("f", "x")], 400, /ends early or is malformed/],
  ["another boundary", "multipart/form-data; boundary=c", [part("f", "x"), end], 400, /multipart: /],
  ["a file over the limit", "multipart/form-data; boundary=b", [part("f", Buffer.alloc(2 * 2 ** 20)), end], 413, /more than 1048576 bytes/],
])("an upload with %s", async (_, type, body, status, why) => {
  const bytes = Buffer.concat(body);
  const answer = await raw(Buffer.concat([Buffer.from(head("POST /group/g/file", [`Content-Type: ${type}`, `Content-Length: ${bytes.length}`])), bytes]));
  expect([answer.status, JSON.parse(answer.body).message]).toEqual([status, expect.stringMatching(why)]);
  expect(fs.readdirSync(path.join(farm.stateDir, "incoming"))).toEqual([]);
  expect(fs.readdirSync(path.join(farm.stateDir, "files"))).toEqual([]);
});

test("pages of other sites are refused, also under a name that leads here", async () => {
  const { port } = new URL(farm.url);
  const ask = (headers: Record<string, string>): Promise<number> =>
    new Promise((resolve, reject) => {
      http.get({ port, host: "127.0.0.1", path: "/group", headers }, (response) => resolve(response.resume().statusCode!)).on("error", reject);
    });
  expect(await ask({ host: `localhost:${port}` })).toBe(200);
  expect(await ask({ host: "attacker.example" })).toBe(403);
  expect(await ask({ host: `127.0.0.1:${port}`, origin: "http://attacker.example" })).toBe(403);
  expect(await ask({ host: `127.0.0.1:${port}`, origin: "null" })).toBe(403);
  expect(await ask({ host: `127.0.0.1:${port}`, origin: `http://127.0.0.1:${port}` })).toBe(200);
});

test("images that lead QEMU to files of the host are refused", async () => {
  const qcow2 = Buffer.alloc(512);
  qcow2.write("QFI\xfb", "latin1");
  qcow2.writeUInt32BE(3, 4);
  qcow2.writeBigUInt64BE(104n, 8);
  const { body } = await farm.upload("g", "evil.qcow2", qcow2);
  const answer = await farm.ask("POST", "group/g/vm/evil", vmRequest({ _tag: "imageViaId", id: body.imageIds["evil.qcow2"] }));
  expect([answer.status, answer.body.message]).toEqual([422, expect.stringMatching(/names a backing file/)]);
  const args = await farm.ask("POST", "group/g/vm/evil", vmRequest({ _tag: "imageViaId", id: body.imageIds["evil.qcow2"] }, { qemuCliArgs: ["-drive", "file=/etc/shadow"] }));
  expect(args.status).toBe(403);
});

test("an upload with several parts, a bad one first or last, leaves nothing in any order", async () => {
  for (const parts of [[part("f", "x"), part("f", "x")], [part("/etc/passwd", "x"), part("f", "x")], [part("f", randomBytes(100_000)), part("..", "x")]]) {
    const bytes = Buffer.concat([...parts, end]);
    const answer = await raw(Buffer.concat([Buffer.from(head("POST /group/g/file", ["Content-Type: multipart/form-data; boundary=b", `Content-Length: ${bytes.length}`])), bytes]));
    expect(answer.status).toBe(400);
    expect(fs.readdirSync(path.join(farm.stateDir, "incoming"))).toEqual([]);
  }
});

test("the server is as well as before", async () => {
  await farm.vm("well", "v", randomBytes(1000));
  await farm.must("PUT", "group/well/vm/v/start");
  for (const group of ["well", "g"]) await farm.must("DELETE", `group/${group}`);
  await farm.waitForNothing();
  expect(farm.said).not.toMatch(/\n    at /);
});
