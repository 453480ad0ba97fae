import fs from "node:fs";
import path from "node:path";
import type { Database } from "./database.ts";
import { freeBytes } from "./disk-space.ts";
import { fetchFile } from "./fetch-file.ts";
import type { FarmOptions } from "./options.ts";
import { receiveFile, type ReceivedFile, type ReceiveLimits } from "./receive-file.ts";
import { Refused } from "./refused.ts";
import { SharedWork } from "./shared-work.ts";
import type { StateFolder } from "./state-folder.ts";
import { unpackImage } from "./unpack-image.ts";

/** Files by their sum: uploaded, or fetched for a VM. A file stays while a group claims it, and the retention time longer. */
export class Files {
  readonly #db: Database;
  readonly #folder: StateFolder;
  readonly #options: FarmOptions;
  readonly #fetching = new SharedWork<void>();
  readonly #unpacking = new SharedWork<string>();

  constructor(db: Database, folder: StateFolder, options: FarmOptions) {
    this.#db = db;
    this.#folder = folder;
    this.#options = options;
  }

  /** Takes the bytes of an upload. They are nobody's file until `keep`; `discard` removes them. */
  async receive(group: string, chunks: AsyncIterable<Uint8Array>): Promise<ReceivedFile> {
    const room = this.#roomOf(group);
    const limits = room < this.#options.maxFileBytes ? { ...this.#limits, maxBytes: room, tooLarge: () => this.#overQuota(group, undefined) } : this.#limits;
    return receiveFile(chunks, this.#folder.incoming, limits);
  }

  discard(received: ReceivedFile): void {
    fs.rmSync(received.temporary, { force: true });
  }

  /** Makes what was received a file that the group claims. `stillThere` refuses when the group went while the bytes came. */
  keep(group: string, received: ReceivedFile, stillThere: () => void): void {
    this.#keep(received, () => {
      stillThere();
      this.#claim(group, received.sha256, received.bytes);
    });
  }

  /** Makes the group hold on to a file; false when there is no such file. */
  claim(group: string, sha256: string): boolean {
    const file = this.#db.get<{ bytes: number }>("select bytes from files where sha256 = ?", sha256);
    if (file === undefined) return false;
    this.#claim(group, sha256, file.bytes);
    return true;
  }

  /** Path of a file that the group claims. */
  path(sha256: string): string {
    return this.#folder.file(sha256);
  }

  /** Fetches a file unless it is there, and claims it. Several that ask at once share one download. */
  async fetch(group: string, url: string, sha256: string, stillThere: () => void): Promise<void> {
    while (!this.claim(group, sha256)) {
      await this.#fetching.run(`${sha256} ${url}`, async () => {
        // Nobody's until one of those who wait claims it.
        this.#keep(await fetchFile(url, sha256, this.#folder.incoming, this.#limits, this.#options.imageUrls));
      });
      stillThere();
    }
  }

  /** The disk in an archive that the group claims: unpacked the first time. */
  async unpacked(sha256: string): Promise<string> {
    const image = this.#folder.image(sha256);
    if (fs.existsSync(image)) return image;
    return this.#unpacking.run(sha256, async () => {
      const folder = fs.mkdtempSync(path.join(this.#folder.incoming, "unpack-"));
      try {
        const limits = { maxBytes: this.#options.maxImageBytes, reservedBytes: this.#options.hostQuota.reservedBytes };
        const disk = await unpackImage(this.path(sha256), folder, this.#options.tools, limits);
        fs.chmodSync(disk, 0o400);
        fs.renameSync(disk, image);
      } finally {
        fs.rmSync(folder, { recursive: true, force: true });
      }
      return image;
    });
  }

  /** How many there are and their bytes. */
  totals(): { files: number; bytes: number } {
    return this.#db.get("select count(*) as files, coalesce(sum(bytes), 0) as bytes from files")!;
  }

  /** Lets go of all the group's files. Part of a transaction. */
  release(group: string, now: number): void {
    this.#db.run("delete from claims where group_name = ?", group);
    this.#db.run("update files set unneeded_since = ? where unneeded_since is null and sha256 not in (select sha256 from claims)", now);
  }

  /** Removes files that nobody has needed for long enough; at once when the disk is nearly full. */
  collect(now: number): void {
    const { fileRetention, hostQuota } = this.#options;
    const retention = freeBytes(this.#folder.root) < 2 * hostQuota.reservedBytes ? 0 : fileRetention * 1000;
    const due = this.#db.all<{ sha256: string }>("select sha256 from files where unneeded_since <= ?", now - retention);
    for (const { sha256 } of due) {
      if (this.#unpacking.keys().includes(sha256)) continue;
      this.#db.run("delete from files where sha256 = ?", sha256);
      this.#removeBytes(sha256);
    }
  }

  /** Makes folders and database agree after a server that was killed: what is in only one of them goes. */
  recover(): void {
    for (const name of fs.readdirSync(this.#folder.incoming)) fs.rmSync(path.join(this.#folder.incoming, name), { recursive: true, force: true });
    const known = new Set(this.#db.all<{ sha256: string }>("select sha256 from files").map((file) => file.sha256));
    for (const name of [...fs.readdirSync(this.#folder.files), ...fs.readdirSync(this.#folder.images).map((image) => image.replace(/\.raw$/, ""))]) {
      if (!known.has(name)) this.#removeBytes(name);
    }
    for (const sha256 of known) {
      if (fs.existsSync(this.path(sha256))) continue;
      this.#db.run("delete from claims where sha256 = ?", sha256);
      this.#db.run("delete from files where sha256 = ?", sha256);
    }
  }

  get #limits(): ReceiveLimits {
    const maxBytes = this.#options.maxFileBytes;
    const tooLarge = (): Refused => new Refused(413, `the file has more than ${maxBytes} bytes, the most this farm takes`);
    return { maxBytes, reservedBytes: this.#options.hostQuota.reservedBytes, tooLarge };
  }

  /** Gives the file its name and lets `enter` write the rows. When those are refused, a file without a row goes again. */
  #keep(received: ReceivedFile, enter: () => void = () => undefined): void {
    try {
      fs.chmodSync(received.temporary, 0o400);
      fs.renameSync(received.temporary, this.path(received.sha256));
      this.#db.atomically(() => {
        this.#db.run("insert or ignore into files (sha256, bytes, unneeded_since) values (?, ?, ?)", received.sha256, received.bytes, Date.now());
        enter();
      });
    } catch (error) {
      this.discard(received);
      if (this.#db.get("select 1 from files where sha256 = ?", received.sha256) === undefined) this.#removeBytes(received.sha256);
      throw error;
    }
  }

  #claim(group: string, sha256: string, bytes: number): void {
    if (this.#db.get("select 1 from claims where group_name = ? and sha256 = ?", group, sha256) !== undefined) return;
    if (bytes > this.#roomOf(group)) throw this.#overQuota(group, bytes);
    this.#db.run("insert into claims (group_name, sha256) values (?, ?)", group, sha256);
    this.#db.run("update files set unneeded_since = null where sha256 = ?", sha256);
  }

  #roomOf(group: string): number {
    const sum = "select coalesce(sum(bytes), 0) as bytes from files join claims using (sha256) where group_name = ?";
    return this.#options.groupQuota.fileBytes - this.#db.get<{ bytes: number }>(sum, group)!.bytes;
  }

  #overQuota(group: string, bytes: number | undefined): Refused {
    const left = Math.max(0, this.#roomOf(group));
    return new Refused(429, `the files of group ${group} may take ${this.#options.groupQuota.fileBytes} bytes, ${left} are left, the file has ${bytes ?? "more"}`);
  }

  #removeBytes(sha256: string): void {
    fs.rmSync(this.#folder.file(sha256), { force: true });
    fs.rmSync(this.#folder.image(sha256), { force: true });
  }
}
