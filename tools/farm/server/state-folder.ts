import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { ExitCode, Failure } from "../../lib/failure.ts";

/** Where everything lies. No name that a client chose is part of a path: files go by their sum, VMs by an id of ours. */
export class StateFolder {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
    for (const folder of [root, this.files, this.images, this.incoming, this.vms]) fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  get database(): string {
    return path.join(this.root, "farm.sqlite");
  }

  /** Uploaded and fetched files by their sum. */
  get files(): string {
    return path.join(this.root, "files");
  }

  /** Disks that were unpacked from archives, by the archive's sum. */
  get images(): string {
    return path.join(this.root, "images");
  }

  /** What is not complete yet; emptied when a server starts. */
  get incoming(): string {
    return path.join(this.root, "incoming");
  }

  get vms(): string {
    return path.join(this.root, "vms");
  }

  get ballast(): string {
    return path.join(this.root, "ballast");
  }

  file(sha256: string): string {
    return path.join(this.files, sha256);
  }

  image(sha256: string): string {
    return path.join(this.images, `${sha256}.raw`);
  }

  vm(id: string): string {
    return path.join(this.vms, id);
  }
}

/**
 * The private folder of the sockets: short, as the path of a UNIX socket holds at most 107 bytes, and the same for the same state folder, so that
 * the next server finds what runs. `remembered` is where an earlier server put it.
 */
export function socketsFolder(stateFolder: string, remembered: string | undefined): string {
  const name = `icos-farm-${createHash("sha256").update(fs.realpathSync(stateFolder)).digest("hex").slice(0, 12)}`;
  const runtime = process.env["XDG_RUNTIME_DIR"];
  const parent = runtime !== undefined && runtime !== "" && runtime.length < 60 && fs.existsSync(runtime) ? runtime : "/tmp";
  const folder = remembered ?? path.join(parent, name);
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = fs.lstatSync(folder);
  // Anybody can make a folder in /tmp first.
  if (!fs.lstatSync(folder).isDirectory() || uid !== os.userInfo().uid || (mode & 0o077) !== 0) {
    throw new Failure(`${folder}: expected a folder that only this account may enter`, { exitCode: ExitCode.host, hint: `remove ${folder}` });
  }
  return folder;
}
