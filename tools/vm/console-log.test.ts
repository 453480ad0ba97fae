import fs from "node:fs";
import path from "node:path";
import { expect, test } from "@jest/globals";
import { scratchFolder } from "../lib/atomic.ts";
import { ConsoleLog, plainText } from "./console-log.ts";

test("control sequences of firmware and shell do not reach the text", () => {
  expect(plainText("\u001b[2J\u001b[01;01H\u001b[=3hBdsDxe\r\n\u001b]0;title\u0007[\u001b[0;32m  OK  \u001b[0m] Started\u001b[?2004l\r\n")).toBe("BdsDxe\n[  OK  ] Started\n");
});

test("waits for text that comes later, and only since the start", async () => {
  using folder = scratchFolder("console");
  const log = new ConsoleLog(path.join(folder.path, "console.log"));
  fs.writeFileSync(log.file, "old login: \n");
  log.startHere();
  const found = log.waitFor(/(\w+) login:/, 5);
  fs.appendFileSync(log.file, "booting\nnew ");
  fs.appendFileSync(log.file, "login: ");
  expect((await found)[1]).toBe("new");
});

test("a passed deadline shows the last lines", async () => {
  using folder = scratchFolder("console");
  const log = new ConsoleLog(path.join(folder.path, "console.log"));
  await expect(log.waitFor(/login:/, 0)).rejects.toThrow("the console is empty");
  fs.writeFileSync(log.file, "one\ntwo\n\nthree\nfour\n");
  await expect(log.waitFor(/login:/, 0)).rejects.toThrow('last console lines: "two" "three" "four"');
});
