import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import { createLog } from "./log.ts";
import { tellHealth } from "./tell-health.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "health-"));
const entries = path.join(folder, "entries");
const inUnit = { JOURNAL_STREAM: "8:1" };
afterEach(() => fs.rmSync(entries, { force: true }));

/** A logger that writes to a file; the first entry takes longest. */
function program(script: string): string {
  const file = path.join(folder, "logger");
  fs.writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return file;
}

async function until(fact: () => boolean): Promise<void> {
  while (!fact()) await new Promise((resolve) => setTimeout(resolve, 10));
}

test("entries keep their order, each with its fields", async () => {
  const slowFirst = program(`[ "$1" = --journald ] || exit 9\nif [ ! -e ${entries} ]; then sleep 0.3; fi\ncat >>${entries}`);
  const tell = tellHealth(createLog("test", () => undefined), slowFirst, inUnit);
  tell("healthy");
  tell("certified_state_behind");
  await until(() => fs.existsSync(entries) && fs.readFileSync(entries, "utf8").includes("behind\n"));
  const entry = (health: string, message: string): string => `MESSAGE_ID=2e964e79363fb86fcce95925f5670e02\nNODE_HEALTH=${health}\nPRIORITY=6\nMESSAGE=${message}\n`;
  expect(fs.readFileSync(entries, "utf8")).toBe(entry("healthy", "the node is healthy") + entry("certified_state_behind", "the node is not healthy: certified_state_behind"));
});

test("a journal that takes nothing is told of once, and the node goes on", async () => {
  const lines: string[] = [];
  tellHealth(createLog("test", (line) => lines.push(line)), program("exit 3"), inUnit)("healthy");
  await until(() => lines.length > 0);
  expect(lines[0]).toContain("the journal was not told of the node's health");
  tellHealth(createLog("test", (line) => lines.push(line)), path.join(folder, "none"), inUnit)("healthy");
  await until(() => lines.length > 1);
  expect(lines[1]).toContain("ENOENT");
});

test("outside of a unit there is no journal to tell", async () => {
  tellHealth(createLog("test", () => undefined), program(`echo told >${entries}`), {})("healthy");
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(fs.existsSync(entries)).toBe(false);
});
