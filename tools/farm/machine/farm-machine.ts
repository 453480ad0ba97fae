import fs from "node:fs";
import path from "node:path";
import { ExitCode, Failure } from "../../lib/failure.ts";
import { ConsoleLog } from "../../vm/console-log.ts";
import { GuestShell } from "../../vm/guest-shell.ts";
import { Machine } from "../../vm/machine.ts";
import { UnitFacts } from "../../vm/notify/unit-facts.ts";
import { makeRuntimeFolder } from "../../vm/runtime-folder.ts";
import type { VmTools } from "../../vm/vm-tools.ts";
import { waitFor } from "../../vm/wait-for.ts";
import type { FarmClient } from "../client/farm-client.ts";
import { keepAlive, keepAliveTtl } from "../client/keep-alive.ts";
import { configVolumeName } from "../launch/config-volume.ts";
import { endpoint } from "../launch/endpoints.ts";
import type { GroupMetadata } from "../wire/group.ts";
import type { ImageLocation } from "../wire/image-location.ts";
import type { VmCreated } from "../wire/vm.ts";
import { NotOnFarm } from "./not-on-farm.ts";
import { Relay } from "./relay.ts";
import { VmFollower } from "./vm-follower.ts";

/** What a `FarmMachine` is made of. */
export interface FarmMachineOptions {
  /** Name of the guest in messages and of the VM in its group. */
  name: string;
  farm: FarmClient;
  /** Name of the group that is made for the guest: nobody else's. */
  group: string;
  metadata: GroupMetadata;
  tools: Pick<VmTools, "ssh" | "scp">;
  vCPUs: number;
  memoryMiB: number;
  /** The boot disk is grown to at least this. */
  diskGiB?: number | undefined;
  /** Brings the image to where the farm finds it. The group is there by then. */
  image: () => Promise<ImageLocation>;
  /** Writes the CONFIG volume, for the address that the farm gave the guest, and gives its file. */
  configVolume: (ipv6: string) => Promise<string>;
  /** An existing folder: console.log is written there. */
  folder: string;
  /** Ports of the guest, beside 22, that shall be reachable from here. */
  ports: readonly number[];
  login: { user: string; key: string };
}

/** A VM that the farm has made. */
interface Made {
  vm: VmCreated;
  /** Port on 127.0.0.1 by port of the guest. */
  ports: ReadonlyMap<number, number>;
  relays: readonly Relay[];
  follower: VmFollower;
  /** Ends the renewal of the group. */
  renewal: AbortController;
  sockets: string;
  shell: GuestShell;
}

/**
 * A virtual machine on a farm, in a group of its own that lives as long as this process renews it: 90 seconds longer. What the farm's API has no request
 * for is refused with `NotOnFarm`.
 */
export class FarmMachine extends Machine {
  /** Nothing: the guest's notify port does not lead out of the farm. Its units are asked for over SSH. */
  readonly units = new UnitFacts();
  readonly #options: FarmMachineOptions;
  #made: Made | undefined;
  #on = false;
  #lost: unknown;

  constructor(options: FarmMachineOptions) {
    super(options.name, new ConsoleLog(path.join(options.folder, "console.log")));
    this.#options = options;
  }

  async start(): Promise<void> {
    if (this.#on) throw new Failure(`${this.name}: runs already`);
    const { farm, group } = this.#options;
    this.#made ??= await this.#make();
    this.console.startHere();
    await farm.startVm(group, this.name);
    this.#made.follower.begin();
    this.#on = true;
  }

  async stop(seconds = 0): Promise<void> {
    if (!this.#on) return;
    const { farm, group } = this.#options;
    const { follower, shell } = this.#there;
    if (seconds > 0) {
      // The API has no power button.
      await this.exec("systemctl --no-block poweroff", { seconds: Math.min(seconds, 60) }).catch(() => undefined);
      await waitFor(`${this.name}: powers off`, () => (follower.stopped ? true : undefined), { seconds }).catch(() => undefined);
    }
    await shell.disconnect();
    await farm.destroyVm(group, this.name);
    await follower.end();
    this.#on = false;
  }

  async cutPower(): Promise<void> {
    await this.stop();
  }

  async remove(): Promise<void> {
    if (this.#made === undefined) return;
    const { renewal, relays, follower, shell, sockets } = this.#made;
    await shell.disconnect();
    await follower.end();
    renewal.abort();
    for (const relay of relays) relay.close();
    fs.rmSync(sockets, { recursive: true, force: true });
    this.#made = undefined;
    this.#on = false;
    await this.#options.farm.deleteGroup(this.#options.group);
  }

  hostPort(guestPort: number): number {
    const port = this.#there.ports.get(guestPort);
    if (port === undefined) throw new Failure(`${this.name}: port ${guestPort} of the guest was not asked for in \`ports\``);
    return port;
  }

  type(): void {
    throw new NotOnFarm(this.name, "type()");
  }

  async setLink(): Promise<void> {
    throw new NotOnFarm(this.name, "setLink()");
  }

  async screenshot(): Promise<void> {
    throw new NotOnFarm(this.name, "screenshot()");
  }

  get qemuVersion(): string {
    throw new NotOnFarm(this.name, "qemuVersion");
  }

  override async waitForConsole(pattern: RegExp, seconds: number): Promise<RegExpMatchArray> {
    if (!this.#there.follower.keepsConsole) throw new NotOnFarm(this.name, "waitForConsole()");
    return super.waitForConsole(pattern, seconds);
  }

  /** Asks over SSH, as the guest cannot say it by itself. */
  override async waitForStartup(seconds: number): Promise<void> {
    let seen = "never asked";
    const look = async (): Promise<true | undefined> => {
      this.assertRuns();
      seen = await this.exec("systemctl is-system-running", { seconds: 30 }).then(({ stdout }) => stdout, String);
      return /^(?:running|degraded|maintenance)$/.test(seen) ? true : undefined;
    };
    await waitFor(`${this.name}: start-up finished`, look, { seconds, everyMs: 500, lastSeen: () => `${seen}; ${this.console.describe()}` });
  }

  protected get shell(): GuestShell {
    if (!this.#on) throw new Failure(`${this.name}: is not started`, { exitCode: ExitCode.guest });
    return this.#there.shell;
  }

  protected assertRuns(): void {
    if (this.#lost !== undefined) throw this.#lost;
    if (!this.#there.follower.stopped) return;
    throw new Failure(`${this.name}: the guest ended; ${this.console.describe()}`, { exitCode: ExitCode.guest });
  }

  protected describe(): string {
    const { farm, group } = this.#options;
    return `Farm: ${farm.url}, group ${group}. Log: ${this.console.file}`;
  }

  get #there(): Made {
    if (this.#made === undefined) throw new Failure(`${this.name}: is not started`, { exitCode: ExitCode.guest });
    return this.#made;
  }

  /** Group, image, VM and CONFIG volume. When that fails, nothing is left on the farm. */
  async #make(): Promise<Made> {
    const { farm, group, metadata } = this.#options;
    await farm.createGroup(group, { ttl: keepAliveTtl, spec: { metadata } });
    const renewal = new AbortController();
    void keepAlive(farm, group, renewal.signal).catch((error: unknown) => (this.#lost = error));
    try {
      return await this.#fill(renewal);
    } catch (error) {
      renewal.abort();
      await farm.deleteGroup(group);
      throw error;
    }
  }

  async #fill(renewal: AbortController): Promise<Made> {
    const { farm, group, folder, login, tools, image, configVolume, vCPUs, memoryMiB, diskGiB } = this.#options;
    const primaryImage = await image();
    const vm = await farm.createVm(group, this.name, { type: "production", vCPUs, memoryKiB: memoryMiB * 1024, primaryImage, primaryImageMinimalSizeGiB: diskGiB ?? null });
    const { id } = await farm.uploadFile(group, await configVolume(vm.ipv6), { name: configVolumeName });
    await farm.attachUsbDrives(group, this.name, [{ _tag: "imageViaId", id }]);
    const { ports, relays } = await this.#reach(vm);
    const sockets = makeRuntimeFolder();
    const shell = new GuestShell(this.name, tools, { port: ports.get(22)!, ...login, controlPath: path.join(sockets, "control") });
    return { vm, ports, relays, renewal, sockets, shell, follower: new VmFollower(farm, group, this.name, path.join(folder, "console.log")) };
  }

  /** Gives every wanted port of the guest one of 127.0.0.1, as a guest of this host has. */
  async #reach(vm: VmCreated): Promise<Pick<Made, "ports" | "relays">> {
    const wanted = [...new Set([22, ...this.#options.ports])];
    const missing = wanted.filter((port) => endpoint(vm, port) === null);
    if (missing.length > 0) {
      const forwarded = vm.forwardedPorts?.map((one) => one.guestPort).join(", ");
      throw new Failure(`${this.name}: needs the guest's ports ${wanted.join(", ")}, the farm forwards ${forwarded || "none"}`, { exitCode: ExitCode.refused, hint: `//tools/farm:server -- ${missing.map((port) => `--forward ${port}`).join(" ")}, with the others it has` });
    }
    const ports = new Map<number, number>();
    const relays: Relay[] = [];
    for (const guestPort of wanted) {
      const { host, port } = endpoint(vm, guestPort)!;
      if (host === "127.0.0.1") {
        ports.set(guestPort, port);
        continue;
      }
      const relay = await Relay.open({ host, port });
      relays.push(relay);
      ports.set(guestPort, relay.port);
    }
    return { ports, relays };
  }
}
