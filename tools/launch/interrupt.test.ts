import { EventEmitter } from "node:events";
import { expect, test } from "@jest/globals";
import { onInterrupt } from "./interrupt.ts";

/** In `process`'s place: a signal that nobody listens to would end the tests. */
class Receiver extends EventEmitter {
  readonly pid = 42;
  readonly events: string[] = [];
  readonly killed = Promise.withResolvers<void>();
  kill(pid: number, signal: NodeJS.Signals): void {
    this.events.push(`${signal} to ${pid} with ${this.listenerCount(signal)} listeners`);
    this.killed.resolve();
  }
}

test("cleans to the end, once, before the signal has its effect", async () => {
  const receiver = new Receiver();
  onInterrupt(async () => {
    receiver.events.push("cleaning");
    await new Promise((resolve) => setImmediate(resolve));
    receiver.events.push("cleaned");
  }, receiver);
  receiver.emit("SIGTERM", "SIGTERM");
  receiver.emit("SIGINT", "SIGINT");
  await receiver.killed.promise;
  expect(receiver.events).toEqual(["cleaning", "cleaned", "SIGTERM to 42 with 0 listeners"]);
});

test("a failed clean-up does not stop the signal", async () => {
  const receiver = new Receiver();
  onInterrupt(() => Promise.reject(new Error("no")), receiver);
  receiver.emit("SIGINT", "SIGINT");
  await receiver.killed.promise;
  expect(receiver.events).toEqual(["SIGINT to 42 with 0 listeners"]);
});

test("hears nothing once it has stopped listening", () => {
  const receiver = new Receiver();
  onInterrupt(() => Promise.resolve(), receiver)();
  expect(receiver.eventNames()).toEqual([]);
});
