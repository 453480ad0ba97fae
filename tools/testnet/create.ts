import fs from "node:fs";
import path from "node:path";
import { ExitCode, Failure } from "../lib/failure.ts";
import { log } from "../lib/log.ts";
import { imageSource } from "../launch/launch-disk.ts";
import { onInterrupt } from "../launch/interrupt.ts";
import { findUserKey, launchKeys } from "../launch/ssh-key.ts";
import { waitForHealthy } from "../status/read-status.ts";
import type { Accelerator } from "../vm/accelerator.ts";
import { startGuardian } from "../vm/guardian.ts";
import type { LocalMachine } from "../vm/local-machine.ts";
import { placeOf } from "../vm/network/place.ts";
import { identify, isAlive } from "../vm/process-identity.ts";
import { makeRuntimeFolder } from "../vm/runtime-folder.ts";
import { located, type VmTools } from "../vm/vm-tools.ts";
import type { Description } from "./description.ts";
import { destroyTestnet } from "./destroy.ts";
import { startNetworkProcess } from "./network-process.ts";
import { makeNode, type NodeSettings } from "./node-guest.ts";
import { readRecord, testnetFolder, writeRecord, type NodeRecord, type TestnetRecord } from "./record.ts";
import { withLimit } from "./with-limit.ts";

/** What `create` was asked for. */
export interface CreateRequest {
  description: Description;
  tools: VmTools;
  accelerator: Accelerator;
  memoryMiB: number;
  cpus: number;
  /** Nodes that start at the same time. */
  parallel: number;
  /** Seconds for one node from its start to a healthy state. */
  timeout: number;
  /** Public key file the user named. */
  sshKey?: string;
}

/** Creates a testnet on this machine and leaves it running when every node is healthy. When anything fails, nothing of it is left. */
export async function createTestnet(request: CreateRequest): Promise<TestnetRecord> {
  const testnet = await beginRecord(request);
  const machines = new Map<string, LocalMachine>();
  const guardian = startGuardian();
  guardian.remove(testnetFolder(testnet.testnet));
  const end = async (): Promise<void> => {
    await Promise.all([...machines.values()].map((machine) => machine.stop()));
    await destroyTestnet(testnet, 0);
    guardian.release();
  };
  const stopListening = onInterrupt(end);
  try {
    const folder = makeRuntimeFolder();
    guardian.remove(folder);
    testnet.network = { folder, process: await startNetworkProcess(folder, testnet.nodes.map((node) => node.name), guardian) };
    const settings = await nodeSettings(request, testnet);
    writeRecord(testnet);
    await withLimit(request.parallel, testnet.nodes, async (node, index) => {
      const place = placeOf(index + 1, path.join(folder, String(index + 1)));
      const machine = await makeNode(testnet, node, place, settings);
      machines.set(node.name, machine);
      await startNode(machine, node, request.timeout);
    });
    testnet.state = "running";
    writeRecord(testnet);
    for (const machine of machines.values()) await machine.detach();
    guardian.release();
    return testnet;
  } catch (error) {
    await end();
    throw error;
  } finally {
    stopListening();
  }
}

/** Enters the testnet, so that no other `create` makes it at the same time. What a killed one left is removed first. */
async function beginRecord({ description, accelerator }: CreateRequest): Promise<TestnetRecord> {
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
    return { ...node, folder: home, consoleLog: path.join(home, "console.log"), ipv6: placeOf(index + 1, "").ipv6 };
  });
  const creator = identify(process.pid) ?? { pid: process.pid, startTime: "" };
  const testnet: TestnetRecord = { testnet: name, label, state: "creating", creator, accelerator, user, key: path.join(folder, "ssh_key"), image: { label: image.label, version }, nodes };
  writeRecord(testnet);
  return testnet;
}

function exists(name: string, state: string): Failure {
  return new Failure(`testnet ${name} exists already (${state})`, { exitCode: ExitCode.host, hint: "the :destroy target" });
}

async function nodeSettings(request: CreateRequest, testnet: TestnetRecord): Promise<NodeSettings> {
  const { description, tools, accelerator, memoryMiB, cpus } = request;
  const keys = await launchKeys(findUserKey(request.sshKey), testnetFolder(testnet.testnet), tools.sshKeygen);
  log(`logins by SSH with ${keys.origin}`);
  testnet.key = keys.ownKey;
  const source = imageSource(description.image.label, located(description.image.manifest), located, testnet.image.version);
  const first = testnet.nodes[0]!.subnet;
  const nnsUrls = testnet.nodes.filter((node) => node.subnet === first).map((node) => `http://[${node.ipv6}]:8080`);
  return { tools, accelerator, memoryMiB, cpus, source, authorizedKeys: keys.authorized, nnsUrls };
}

async function startNode(machine: LocalMachine, node: NodeRecord, seconds: number): Promise<void> {
  const start = performance.now();
  await machine.start();
  node.process = machine.process;
  node.runtimeFolder = machine.runtimeFolder;
  node.sshPort = machine.hostPort(22);
  node.api = `http://127.0.0.1:${machine.hostPort(8080)}`;
  await waitForHealthy(node.api, seconds);
  log(`${node.name} is healthy after ${((performance.now() - start) / 1000).toFixed(1)} s`);
}
