import net from "node:net";
import { expect, test } from "@jest/globals";
import { BannerWatch } from "./banner-watch.ts";
import { waitFor } from "./wait-for.ts";

test("a connection that is stuck does not hide a later one that works", async () => {
  const sockets: net.Socket[] = [];
  const server = net.createServer((socket) => {
    sockets.push(socket);
    if (sockets.length > 1) socket.write("SSH-2.0-demo\r\n");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const watch = new BannerWatch((server.address() as net.AddressInfo).port);
  expect(watch.hasSpoken()).toBe(false);
  await waitFor("the server speaks", () => (watch.hasSpoken() ? true : undefined), { seconds: 4 });
  expect(sockets.length).toBe(2);
  for (const socket of sockets) socket.destroy();
  server.close();
});

test("words of another server do not count", async () => {
  let connections = 0;
  const server = net.createServer((socket) => socket.end(`HTTP/1.1 ${++connections}\r\n`));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const watch = new BannerWatch((server.address() as net.AddressInfo).port);
  await waitFor("two connections", () => (watch.hasSpoken(), connections === 2 ? true : undefined), { seconds: 4 });
  expect(watch.hasSpoken()).toBe(false);
  server.close();
});
