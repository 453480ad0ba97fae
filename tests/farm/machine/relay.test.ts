import net from "node:net";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "@jest/globals";
import { Relay } from "../../../tools/farm/machine/relay.ts";

const ends: (() => void)[] = [];
afterEach(() => ends.splice(0).forEach((end) => end()));

async function elsewhere(answer: (socket: net.Socket) => void): Promise<number> {
  const server = net.createServer({ allowHalfOpen: true }, answer);
  await new Promise<void>((resolve) => server.listen(0, "::1", resolve));
  ends.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function relayTo(port: number): Promise<number> {
  const relay = await Relay.open({ host: "::1", port });
  ends.push(() => relay.close());
  return relay.port;
}

/** What comes back on a connection to a port of 127.0.0.1 after `send` was sent and our side was closed. */
function talk(port: number, send: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let heard = "";
    const socket = net.connect(port, "127.0.0.1");
    socket.on("data", (data) => (heard += String(data)));
    socket.on("close", () => resolve(heard));
    socket.on("error", reject);
    socket.end(send);
  });
}

test("both ways, each to its own end", async () => {
  const port = await elsewhere((socket) => {
    let got = "";
    socket.on("data", (data) => (got += String(data)));
    // Answers only when the other side has said all.
    socket.on("end", () => socket.end(`got ${got.length}`));
  });
  const relay = await relayTo(port);
  expect(await Promise.all([talk(relay, "x".repeat(1_000_000)), talk(relay, "y")])).toEqual(["got 1000000", "got 1"]);
});

test("nobody there: the connection is closed, and the relay lives", async () => {
  const port = await elsewhere((socket) => socket.destroy());
  const relay = await relayTo(port);
  const outcome = (): Promise<string> => talk(relay, "x").catch((error: NodeJS.ErrnoException) => String(error.code));
  expect(["", "ECONNRESET"]).toContain(await outcome());
  expect(["", "ECONNRESET"]).toContain(await outcome());
});
