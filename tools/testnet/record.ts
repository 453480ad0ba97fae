import fs from "node:fs";
import path from "node:path";
import { z } from "zod";
import { ExitCode, Failure } from "../lib/failure.ts";
import { writeFileAtomic } from "../lib/atomic.ts";
import { stateFolder } from "../launch/vm-registry.ts";

const identity = z.object({ pid: z.int(), startTime: z.string() });

const node = z.object({
  name: z.string(),
  subnet: z.string(),
  /** Its address on the testnet's own network; empty while a farm has not given it one. */
  ipv6: z.string(),
  /** Folder with its disk and logs. */
  folder: z.string(),
  consoleLog: z.string(),
  /** QEMU; absent while it does not run yet. */
  process: identity.optional(),
  /** Folder of QEMU's sockets. */
  runtimeFolder: z.string().optional(),
  /** Where its SSH server is reached from this machine: on 127.0.0.1, unless it is on a farm. */
  sshHost: z.string().optional(),
  sshPort: z.int().optional(),
  /** Base URL of its replica's API, as reached from this machine. */
  api: z.string().optional(),
});

const record = z.object({
  testnet: z.string(),
  label: z.string(),
  state: z.enum(["creating", "running"]),
  /** The process that creates it. */
  creator: identity,
  backend: z.enum(["local", "farm"]).default("local"),
  /** Null on a farm, which does not say. */
  accelerator: z.enum(["kvm", "tcg"]).nullable(),
  /** The group that its nodes are in, and until when; undefined on this machine. RFC 3339. */
  farm: z.object({ url: z.string(), group: z.string(), expiresAt: z.string().nullable() }).optional(),
  user: z.string(),
  /** Private key that opens every node. */
  key: z.string(),
  image: z.object({ label: z.string(), version: z.string().nullable() }),
  /** The process that is the nodes' network, and the folder of its sockets. */
  network: z.object({ process: identity, folder: z.string() }).optional(),
  nodes: z.array(node),
});

/** A node of a testnet that was created. */
export type NodeRecord = z.infer<typeof node>;

/** What is written down about a testnet, in testnet.json of its folder. */
export type TestnetRecord = z.infer<typeof record>;

/** Folder of a testnet: everything that is gone after `destroy`. */
export function testnetFolder(name: string): string {
  return path.join(stateFolder(), "testnet", name);
}

/** Writes the record of a testnet. */
export function writeRecord(testnet: TestnetRecord): void {
  writeFileAtomic(path.join(testnetFolder(testnet.testnet), "testnet.json"), `${JSON.stringify(testnet, null, 2)}\n`, 0o600);
}

/** The record of a testnet, undefined when there is none that can be read. */
export function readRecord(name: string): TestnetRecord | undefined {
  try {
    return record.parse(JSON.parse(fs.readFileSync(path.join(testnetFolder(name), "testnet.json"), "utf8")));
  } catch {
    return undefined;
  }
}

/** The record of a testnet that was created to its end. */
export function findTestnet(name: string): TestnetRecord {
  const found = readRecord(name);
  if (found?.state === "running") return found;
  const state = found === undefined ? "does not exist" : "was not created to its end";
  throw new Failure(`testnet ${name} ${state}`, { exitCode: ExitCode.host, hint: found === undefined ? "the :create target" : "the :destroy target, then :create" });
}

/** A node by its name; all mistakes are answered with the names there are. */
export function findNode(testnet: TestnetRecord, named: string | undefined): NodeRecord {
  const found = testnet.nodes.find((one) => one.name === named);
  if (found !== undefined) return found;
  const names = testnet.nodes.map((one) => one.name).join(", ");
  throw new Failure(named === undefined ? `name a node: ${names}` : `no node ${named} in testnet ${testnet.testnet}; there is ${names}`, { exitCode: ExitCode.usage });
}

/** Where a node's SSH server is. */
export function sshAddress({ name, sshHost, sshPort }: NodeRecord): { host?: string; port: number } {
  if (sshPort === undefined) throw new Failure(`${name} was never started`, { exitCode: ExitCode.guest });
  return { port: sshPort, ...(sshHost === undefined ? {} : { host: sshHost }) };
}
