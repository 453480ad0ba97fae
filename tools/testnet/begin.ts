import fs from "node:fs";
import path from "node:path";
import { ExitCode, Failure } from "../lib/failure.ts";
import { identify, isAlive } from "../vm/process-identity.ts";
import { located } from "../vm/vm-tools.ts";
import type { Description } from "./description.ts";
import { destroyTestnet } from "./destroy.ts";
import { readRecord, testnetFolder, writeRecord, type NodeRecord, type TestnetRecord } from "./record.ts";

/** Where the nodes of a new testnet run. */
export type Place = Pick<TestnetRecord, "backend" | "accelerator" | "farm">;

/**
 * Enters a testnet, so that no other `create` makes it at the same time. What a killed one left is removed first. `address` gives what is known of a
 * node's address before it is made.
 */
export async function beginRecord(description: Description, place: Place, address: (index: number) => string): Promise<TestnetRecord> {
  const { name, label, image, user } = description;
  const folder = testnetFolder(name);
  const there = readRecord(name);
  if (there !== undefined && (there.state === "running" || isAlive(there.creator))) throw exists(name, there.state);
  if (there !== undefined) await destroyTestnet(there, 0);
  fs.mkdirSync(path.dirname(folder), { recursive: true, mode: 0o700 });
  try {
    fs.mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw exists(name, "creating");
  }
  const version = image.version === undefined ? null : fs.readFileSync(located(image.version), "utf8").trim();
  const nodes = description.nodes.map((node, index): NodeRecord => {
    const home = path.join(folder, "nodes", node.name);
    fs.mkdirSync(home, { recursive: true, mode: 0o700 });
    return { ...node, folder: home, consoleLog: path.join(home, "console.log"), ipv6: address(index) };
  });
  const creator = identify(process.pid) ?? { pid: process.pid, startTime: "" };
  const testnet: TestnetRecord = { testnet: name, label, state: "creating", creator, ...place, user, key: path.join(folder, "ssh_key"), image: { label: image.label, version }, nodes };
  writeRecord(testnet);
  return testnet;
}

function exists(name: string, state: string): Failure {
  return new Failure(`testnet ${name} exists already (${state})`, { exitCode: ExitCode.host, hint: "the :destroy target" });
}
