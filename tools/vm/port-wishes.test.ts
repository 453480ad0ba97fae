import net from "node:net";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { ExitCode } from "../lib/failure.ts";
import { choosePorts } from "./port-wishes.ts";
import { freePort } from "./ports.ts";

let busy: net.Server;
let busyPort = 0;

beforeEach(async () => {
  busy = net.createServer();
  await new Promise<void>((resolve) => busy.listen(0, "127.0.0.1", resolve));
  busyPort = (busy.address() as net.AddressInfo).port;
});
afterEach(() => {
  busy.close();
});

test("a free port that is wished for is taken", async () => {
  const free = await freePort();
  expect(await choosePorts([{ guestPort: 22, hostPort: free }])).toEqual([{ guestPort: 22, hostPort: free }]);
});

test("a taken one is replaced, unless it is required", async () => {
  const [forward] = await choosePorts([{ guestPort: 22, hostPort: busyPort }]);
  expect(forward!.hostPort).not.toBe(busyPort);
  const required = choosePorts([{ guestPort: 22, hostPort: busyPort, required: true }]);
  await expect(required).rejects.toMatchObject({ message: `port ${busyPort} of 127.0.0.1 (for port 22 of the guest) is taken`, exitCode: ExitCode.host });
});

test("no two wishes get one port, and a required port goes to its wish", async () => {
  const free = await freePort();
  const chosen = await choosePorts([
    { guestPort: 22, hostPort: free },
    { guestPort: 8080, hostPort: free, required: true },
    { guestPort: 9090 },
  ]);
  expect(chosen.find((forward) => forward.guestPort === 8080)?.hostPort).toBe(free);
  expect(new Set(chosen.map((forward) => forward.hostPort)).size).toBe(3);
});

test("a later wish for the same port of the guest replaces the earlier", async () => {
  const free = await freePort();
  expect(await choosePorts([{ guestPort: 22 }, { guestPort: 22, hostPort: free }])).toEqual([{ guestPort: 22, hostPort: free }]);
});
