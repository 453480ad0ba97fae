import fs from "node:fs";
import path from "node:path";
import { FarmFailure } from "../farm/client/failures.ts";
import { keepAliveTtl } from "../farm/client/keep-alive.ts";
import { log } from "../lib/log.ts";
import { isAlive, signalProcess } from "../vm/process-identity.ts";
import { endQemu } from "../vm/qemu-process.ts";
import { QmpClient } from "../vm/qmp.ts";
import { waitFor } from "../vm/wait-for.ts";
import { farmClient } from "./farm-client.ts";
import { testnetFolder, type NodeRecord, type TestnetRecord } from "./record.ts";

/** Ends every node and the network of a testnet and removes its folder. Nodes get so many seconds to power off; 0 takes their power at once, as a farm does. */
export async function destroyTestnet(testnet: TestnetRecord, seconds: number): Promise<void> {
  if (testnet.farm !== undefined) await deleteGroup(testnet, testnet.farm);
  await Promise.all(testnet.nodes.map((node) => endNode(node, seconds)));
  if (testnet.network !== undefined) {
    const { process: network, folder } = testnet.network;
    signalProcess(network, "SIGTERM");
    const gone = (): true | undefined => (isAlive(network) ? undefined : true);
    await waitFor("the network ends", gone, { seconds: 5, everyMs: 20 }).catch(() => signalProcess(network, "SIGKILL"));
    fs.rmSync(folder, { recursive: true, force: true });
  }
  fs.rmSync(testnetFolder(testnet.testnet), { recursive: true, force: true });
}

/** One that was never finished expires by itself: a farm that cannot be asked any more must not keep its name taken. */
async function deleteGroup({ state }: TestnetRecord, { url, group }: NonNullable<TestnetRecord["farm"]>): Promise<void> {
  try {
    await farmClient(url).deleteGroup(group);
  } catch (error) {
    if (state !== "creating" || !(error instanceof FarmFailure)) throw error;
    log(`warning: ${error.message}\n  group ${group} expires within ${keepAliveTtl} s`);
  }
}

async function endNode(node: NodeRecord, seconds: number): Promise<void> {
  if (node.process === undefined || node.runtimeFolder === undefined) return;
  const { process: qemu, runtimeFolder } = node;
  const qmp = await QmpClient.connect(path.join(runtimeFolder, "qmp")).catch(() => undefined);
  if (qmp !== undefined && seconds > 0) {
    await qmp.execute("system_powerdown").catch(() => undefined);
    const gone = (): true | undefined => (isAlive(qemu) ? undefined : true);
    await waitFor(`${node.name} powers off`, gone, { seconds }).catch(() => undefined);
  }
  await endQemu(qemu, qmp);
  fs.rmSync(runtimeFolder, { recursive: true, force: true });
}
