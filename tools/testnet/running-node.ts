import path from "node:path";
import { ExitCode, Failure } from "../lib/failure.ts";
import { BannerWatch } from "../vm/banner-watch.ts";
import { ConsoleLog } from "../vm/console-log.ts";
import { Guest } from "../vm/guest.ts";
import { GuestShell } from "../vm/guest-shell.ts";
import { UnitFacts } from "../vm/notify/unit-facts.ts";
import { isAlive } from "../vm/process-identity.ts";
import type { VmTools } from "../vm/vm-tools.ts";
import { sshAddress, type NodeRecord, type TestnetRecord } from "./record.ts";

/** A node that another process has started. Nobody listens to its notify port: its units are asked for. */
export class RunningNode extends Guest {
  readonly units = new UnitFacts();
  protected readonly shell: GuestShell;
  readonly #node: NodeRecord;
  readonly #onFarm: boolean;

  constructor(testnet: TestnetRecord, node: NodeRecord, tools: Pick<VmTools, "ssh" | "scp">) {
    super(node.name, new ConsoleLog(node.consoleLog));
    this.#node = node;
    this.#onFarm = testnet.farm !== undefined;
    const controlPath = path.join(node.runtimeFolder ?? node.folder, `control-${process.pid}`);
    this.shell = new GuestShell(node.name, tools, { ...sshAddress(node), user: testnet.user, key: testnet.key, controlPath });
  }

  hostPort(guestPort: number): number {
    const { sshPort, api } = this.#node;
    const port = guestPort === 22 ? sshPort : guestPort === 8080 && api !== undefined ? Number(new URL(api).port) : undefined;
    if (port === undefined) throw new Failure(`${this.name}: port ${guestPort} of the node is not forwarded`);
    return port;
  }

  protected override sshServer(): BannerWatch {
    const { host, port } = sshAddress(this.#node);
    return new BannerWatch(port, host);
  }

  /** Ends the shared SSH connection. */
  async disconnect(): Promise<void> {
    await this.shell.disconnect();
  }

  protected assertRuns(): void {
    // Of one on a farm nothing is known here.
    if (this.#onFarm) return;
    if (this.#node.process !== undefined && isAlive(this.#node.process)) return;
    throw new Failure(`${this.name}: its machine has ended; ${this.console.describe()}`, { exitCode: ExitCode.guest });
  }

  protected describe(): string {
    return `Log: ${this.#node.consoleLog}`;
  }
}
