import path from "node:path";
import { log } from "../lib/log.ts";
import { imageSource, type DiskSource } from "../launch/launch-disk.ts";
import { onInterrupt } from "../launch/interrupt.ts";
import { findUserKey, launchKeys } from "../launch/ssh-key.ts";
import { waitForHealthyNode } from "../status/wait-for-node.ts";
import type { Accelerator } from "../vm/accelerator.ts";
import { startGuardian } from "../vm/guardian.ts";
import type { LocalMachine } from "../vm/local-machine.ts";
import { placeOf } from "../vm/network/place.ts";
import { makeRuntimeFolder } from "../vm/runtime-folder.ts";
import { located, type VmTools } from "../vm/vm-tools.ts";
import { beginRecord } from "./begin.ts";
import { imageOf, type Description } from "./description.ts";
import { destroyTestnet } from "./destroy.ts";
import { withConsoles } from "./keep-consoles.ts";
import { startNetworkProcess } from "./network-process.ts";
import { makeNode, type NodeSettings } from "./node-guest.ts";
import { testnetFolder, writeRecord, type NodeRecord, type TestnetRecord } from "./record.ts";
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
  const testnet = await beginRecord(request.description, { backend: "local", accelerator: request.accelerator }, (index) => placeOf(index + 1, "").ipv6);
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
    const failure = withConsoles(testnet, error);
    await end();
    throw failure;
  } finally {
    stopListening();
  }
}

async function nodeSettings(request: CreateRequest, testnet: TestnetRecord): Promise<NodeSettings> {
  const { description, tools, accelerator, memoryMiB, cpus } = request;
  const keys = await launchKeys(findUserKey(request.sshKey), testnetFolder(testnet.testnet), tools.sshKeygen);
  log(`logins by SSH with ${keys.origin}`);
  testnet.key = keys.ownKey;
  const sources = new Map<string, DiskSource>();
  for (const { subnet } of testnet.nodes) {
    const { label, manifest } = imageOf(description, subnet);
    if (!sources.has(subnet)) sources.set(subnet, imageSource(label, located(manifest), located, label === testnet.image.label ? testnet.image.version : null));
  }
  const first = testnet.nodes[0]!.subnet;
  const nnsUrls = testnet.nodes.filter((node) => node.subnet === first).map((node) => `http://[${node.ipv6}]:8080`);
  return { tools, accelerator, memoryMiB, cpus, sources, authorizedKeys: keys.authorized, nnsUrls };
}

async function startNode(machine: LocalMachine, node: NodeRecord, seconds: number): Promise<void> {
  const start = performance.now();
  await machine.start();
  node.process = machine.process;
  node.runtimeFolder = machine.runtimeFolder;
  node.sshPort = machine.hostPort(22);
  node.api = `http://127.0.0.1:${machine.hostPort(8080)}`;
  await waitForHealthyNode(machine, node.api, seconds);
  log(`${node.name} is healthy after ${((performance.now() - start) / 1000).toFixed(1)} s`);
}
