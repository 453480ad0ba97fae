import { EventEmitter } from "node:events";
import { expect, test } from "@jest/globals";
import { Interrupted, interruptSignal } from "./interrupt-signal.ts";

class Receiver extends EventEmitter {
  readonly pid = 1;
  readonly killed: NodeJS.Signals[] = [];
  kill(_pid: number, signal: NodeJS.Signals): void {
    this.killed.push(signal);
  }
}

test("the first signal aborts, the second ends the process after a last word", () => {
  const receiver = new Receiver();
  let words = 0;
  const { controller } = interruptSignal(() => words++, receiver);
  receiver.emit("SIGINT", "SIGINT");
  expect(controller.signal.reason).toEqual(new Interrupted("SIGINT"));
  expect([words, receiver.killed]).toEqual([0, []]);
  receiver.emit("SIGTERM", "SIGTERM");
  expect([words, receiver.killed]).toEqual([1, ["SIGTERM"]]);
  expect(receiver.eventNames()).toEqual([]);
});

test("whoever has cleaned up lets the signal have its effect", () => {
  const receiver = new Receiver();
  const interrupt = interruptSignal(() => undefined, receiver);
  receiver.emit("SIGTERM", "SIGTERM");
  interrupt.end("SIGTERM");
  expect([receiver.killed, receiver.eventNames()]).toEqual([["SIGTERM"], []]);
});
