import { createHash } from "node:crypto";
import fs from "node:fs";
import { log } from "../../lib/log.ts";
import type { GroupState } from "../wire/group.ts";
import { Ballast } from "./ballast.ts";
import { BridgeNetwork } from "./bridge-network.ts";
import { Database } from "./database.ts";
import { Disks } from "./disks.ts";
import { Files } from "./files.ts";
import { Groups, type GroupRow } from "./groups.ts";
import { Hypervisor } from "./hypervisor.ts";
import { KeyedLock } from "./keyed-lock.ts";
import type { FarmOptions } from "./options.ts";
import { Refused } from "./refused.ts";
import { socketsFolder, StateFolder } from "./state-folder.ts";
import { UserNetwork } from "./user-network.ts";
import { vmState } from "./vm-rows.ts";
import { Vms } from "./vms.ts";

/** A farm on this host: everything behind the HTTP API. */
export class Farm {
  readonly options: FarmOptions;
  readonly folder: StateFolder;
  readonly groups: Groups;
  readonly files: Files;
  readonly vms: Vms;
  readonly hypervisor: Hypervisor;
  readonly #db: Database;
  readonly #ballast: Ballast;
  readonly #removals = new KeyedLock();
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> = Promise.resolve();

  private constructor(options: FarmOptions) {
    this.options = options;
    fs.mkdirSync(options.stateFolder, { recursive: true, mode: 0o700 });
    this.folder = new StateFolder(fs.realpathSync(options.stateFolder));
    this.#db = new Database(this.folder.database);
    this.#ballast = new Ballast(this.folder.ballast);
    this.groups = new Groups(this.#db, options);
    this.files = new Files(this.#db, this.folder, options);
    const remembered = this.#db.get<{ value: string }>("select value from meta where key = 'sockets'")?.value;
    const sockets = socketsFolder(this.folder.root, remembered);
    this.#db.run("insert or ignore into meta (key, value) values ('sockets', ?)", sockets);
    this.hypervisor = new Hypervisor(options, sockets);
    const mark = createHash("sha256").update(this.folder.root).digest("hex").slice(0, 4);
    const network = options.network.kind === "user" ? new UserNetwork(options.network) : new BridgeNetwork(options.network, mark);
    const disks = new Disks(this.files, options.tools.qemuImg);
    this.vms = new Vms({ db: this.#db, folder: this.folder, options, groups: this.groups, disks, network, hypervisor: this.hypervisor });
  }

  /** Opens the state folder, takes over what runs, and begins to collect what is due. */
  static async open(options: FarmOptions): Promise<Farm> {
    const farm = new Farm(options);
    farm.files.recover();
    const { adopted, lost } = await farm.vms.recover();
    if (adopted + lost > 0) log(`took over ${adopted} running VMs; ${lost} had ended meanwhile`);
    await farm.collect();
    farm.#timer = setInterval(() => void farm.collect(), options.collectEveryMs);
    return farm;
  }

  /** A group as clients are shown it. */
  describe(group: GroupRow): GroupState & { name: string } {
    return {
      name: group.name,
      createdAt: new Date(group.created_at).toISOString(),
      expiresAt: new Date(group.expires_at).toISOString(),
      spec: JSON.parse(group.request).spec,
      vms: this.vms.rows.ofGroup(group.name).map(vmState),
    };
  }

  /** Removes a group with all it has. 404 when there is none. */
  async deleteGroup(name: string): Promise<void> {
    if (!(await this.#ballast.spend(() => this.groups.markDeleting(name)))) throw new Refused(404, `there is no group ${name}`);
    await this.#remove(name);
  }

  /** One round of the collector: groups whose time is over, processes, folders and files of nobody. Rounds do not overlap. */
  collect(): Promise<void> {
    this.#round = this.#round.then(() => this.#collect()).catch((error: unknown) => log(`collector: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`));
    return this.#round;
  }

  /** Lets go of the state folder. VMs run on. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#round;
    this.#db.close();
    this.hypervisor.close();
  }

  async #collect(): Promise<void> {
    for (const name of this.groups.due()) {
      await this.#ballast.spend(() => this.groups.markDeleting(name));
      await this.#remove(name);
      log(`group ${name}: removed: it was deleted, or its time was over`);
    }
    await this.#ballast.spend(() => this.vms.collect());
    await this.#ballast.spend(() => this.files.collect(Date.now()));
    this.#ballast.hold();
  }

  /** Every step can be repeated: a server that is killed in between, or a disk that is full, goes on here. */
  async #remove(name: string): Promise<void> {
    await this.#removals.run(name, () =>
      this.#ballast.spend(async () => {
        // A VM that was in the making when the group was marked appears or not; it can only appear before the row of the group goes.
        await this.vms.removeAll(name);
        this.#db.atomically(() => {
          if (this.vms.rows.ofGroup(name).length > 0) throw new Refused(409, `group ${name} is being removed`, { retryable: true });
          this.files.release(name, Date.now());
          this.groups.forget(name);
        });
      }),
    );
  }
}
