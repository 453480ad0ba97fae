import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { httpGet } from "./http-get.ts";

const server = http.createServer((request, response) => {
  if (request.url === "/ok") response.end("body");
  else if (request.url === "/long") response.end("x".repeat(2000));
  else if (request.url === "/moved") response.writeHead(302, { location: "/ok" }).end();
  else if (request.url === "/cut") response.writeHead(200, { "content-length": "10" }).write("x", () => response.destroy());
});
let url: string;
beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

const limits = { bytes: 1000, milliseconds: 5000 };

test("a body is read", async () => {
  expect((await httpGet(`${url}/ok`, limits)).toString()).toBe("body");
});

test.each([
  ["/long", "expected at most 1000 bytes"],
  ["/moved", "HTTP status 302"],
  ["/cut", "aborted"],
])("%s is no body: %s", async (path, reason) => {
  await expect(httpGet(url + path, limits)).rejects.toThrow(`${url}${path}: ${reason}`);
});

test("a server that does not answer is given up", async () => {
  await expect(httpGet(`${url}/silent`, { ...limits, milliseconds: 100 })).rejects.toThrow("/silent: no answer within 0.1 s");
});
