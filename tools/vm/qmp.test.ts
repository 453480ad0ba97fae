import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import { QmpClient } from "./qmp.ts";

const greeting = { QMP: { version: { qemu: { major: 10, minor: 0, micro: 2 }, package: "" }, capabilities: ["oob"] } };
const opened: (() => void)[] = [];

afterEach(() => {
  for (const close of opened.splice(0)) close();
});

/** A server that speaks as QEMU does: `answer` gives the lines for a command. */
async function connectTo(answer: (command: string, id: number) => unknown[]): Promise<QmpClient> {
  const folder = fs.mkdtempSync("/tmp/qmp-test-");
  const server = net.createServer((socket) => {
    socket.write(`${JSON.stringify(greeting)}\r\n`);
    let unread = "";
    socket.on("data", (data) => {
      const lines = (unread + String(data)).split("\n");
      unread = lines.pop()!;
      for (const line of lines) {
        const { execute, id } = JSON.parse(line) as { execute: string; id: number };
        const answers = execute === "qmp_capabilities" ? [{ return: {}, id }] : answer(execute, id);
        for (const reply of answers) socket.write(`${JSON.stringify(reply)}\r\n`);
        if (execute === "quit") socket.destroy();
      }
    });
  });
  const file = path.join(folder, "qmp");
  await new Promise<void>((resolve) => server.listen(file, resolve));
  const client = await QmpClient.connect(file);
  opened.push(() => {
    client.close();
    server.close();
    fs.rmSync(folder, { recursive: true });
  });
  return client;
}

test("runs commands, notes events and the version", async () => {
  const event = { event: "STOP", timestamp: { seconds: 1, microseconds: 2 } };
  const client = await connectTo((_, id) => [event, { return: { status: "internal-error", running: false }, id }]);
  expect(client.qemuVersion).toBe("10.0.2");
  expect(await client.runState()).toBe("internal-error");
  expect(client.events).toEqual([{ event: "STOP", data: {} }]);
});

test("answers find their command by id", async () => {
  const held: unknown[] = [];
  const client = await connectTo((command, id) => (command === "first" ? (held.push({ return: 1, id }), []) : [{ return: 2, id }, ...held]));
  expect(await Promise.all([client.execute("first"), client.execute("second")])).toEqual([1, 2]);
});

test("an error names the command and the class", async () => {
  const client = await connectTo((_, id) => [{ error: { class: "CommandNotFound", desc: "no such" }, id }]);
  await expect(client.execute("dance")).rejects.toThrow("QEMU command dance: CommandNotFound: no such");
});

test("no answer is an error after its time", async () => {
  const client = await connectTo(() => []);
  await expect(client.execute("stop", {}, 20)).rejects.toThrow("QEMU command stop: no answer within 20 ms");
});

test("a closed connection fails what waits and what comes after", async () => {
  const client = await connectTo(() => []);
  const waiting = client.execute("query-status");
  await Promise.all([
    expect(waiting).rejects.toThrow("the connection to QEMU closed"),
    expect(client.execute("quit")).rejects.toThrow("the connection to QEMU closed"),
  ]);
  await expect(client.execute("stop")).rejects.toThrow("the connection to QEMU closed");
});
