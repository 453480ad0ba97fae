import net from "node:net";
import { expect, test } from "@jest/globals";
import { readBanner, sshArgs } from "./ssh.ts";

test("a login: no host key, nothing of the user's configuration", () => {
  expect(sshArgs({ port: 2222, user: "root", key: "/state/ssh_key" }).join(" ")).toBe(
    "-p 2222 -F /dev/null -o UserKnownHostsFile=/dev/null -o StrictHostKeyChecking=no -o LogLevel=ERROR -i /state/ssh_key -o IdentitiesOnly=yes root@127.0.0.1",
  );
});

test("a guest elsewhere", () => {
  expect(sshArgs({ host: "fd00::1", port: 22, user: "admin" }).at(-1)).toBe("admin@fd00::1");
});

test("commands share a connection when there is a place for its socket", () => {
  expect(sshArgs({ port: 2222, user: "root", controlPath: "/run/control" })).toEqual(expect.arrayContaining(["ControlPath=/run/control", "ControlMaster=auto", "ServerAliveInterval=10"]));
});

async function serve(onConnection: (socket: net.Socket) => void): Promise<{ port: number; close(): void }> {
  const server = net.createServer(onConnection);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: (server.address() as net.AddressInfo).port, close: () => void server.close() };
}

test("the banner is the first line", async () => {
  const server = await serve((socket) => socket.end("SSH-2.0-OpenSSH_10.0\r\nmore"));
  expect(await readBanner(server.port, 1000)).toBe("SSH-2.0-OpenSSH_10.0");
  server.close();
});

test("a connection that is closed, stays silent or is refused gives none", async () => {
  const closing = await serve((socket) => socket.destroy());
  const silent = await serve((socket) => socket.unref());
  expect(await readBanner(closing.port, 1000)).toBeUndefined();
  expect(await readBanner(silent.port, 50)).toBeUndefined();
  closing.close();
  silent.close();
  expect(await readBanner(closing.port, 1000)).toBeUndefined();
});
