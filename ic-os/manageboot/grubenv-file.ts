import fs from "node:fs";
import path from "node:path";
import { Failure } from "../../tools/lib/failure.ts";
import { formatGrubenv, GRUBENV_BYTES, parseGrubenv } from "../../tools/image/grub/grubenv.ts";
import { STATE_VARIABLES } from "./boot-state.ts";

/** What is in grubenv; `damage` says why it is not an environment block, and there are no variables then, as for GRUB. */
export interface Grubenv {
  variables: Map<string, string>;
  damage: string | undefined;
}

/** Reads grubenv. A damaged one is no reason to stop: GRUB boots slot A with it, and the next write mends it. */
export function readGrubenv(file: string): Grubenv {
  try {
    const bytes = fs.readFileSync(file);
    if (bytes.length !== GRUBENV_BYTES) return { variables: new Map(), damage: `${file}: expected ${GRUBENV_BYTES} bytes, got ${bytes.length}` };
    return { variables: parseGrubenv(bytes), damage: undefined };
  } catch (error) {
    if (error instanceof Failure || (error as NodeJS.ErrnoException).code === "ENOENT") return { variables: new Map(), damage: (error as Error).message };
    throw error;
  }
}

/**
 * Changes variables of grubenv; `undefined` removes one, others keep their values. The new block is on the disk when this returns, and a power
 * cut leaves the old state or the new.
 *
 * The block is written in place, as GRUB itself writes it, not beside and renamed. The file system has no journal, so that GRUB sees what Linux
 * sees; a rename there is several writes (two bitmaps, two inodes, the folder) that reach the disk in any order, no fsck runs at boot, and a cut
 * between them leaves a grubenv whose block counts as free: the next file takes it. In place there is one write, and nothing but it. Disks write
 * a sector of 512 bytes whole or not; the state comes first in the block and so lies in the first sector. The second one only holds what does
 * not fit (long extra_boot_args): a cut can mix its old and new text, never the state.
 */
export function changeGrubenv(file: string, changes: ReadonlyMap<string, string | undefined>): void {
  const { variables, damage } = readGrubenv(file);
  const before = damage === undefined ? fs.readFileSync(file) : undefined;
  for (const [name, value] of changes) {
    if (value === undefined) variables.delete(name);
    else variables.set(name, value);
  }
  const block = formatGrubenv(stateFirst(variables));
  if (before?.equals(block) === true) return;
  if (isWhole(file)) overwrite(file, block);
  else replace(file, block);
}

/** The state in front. Names that GRUB's scripts cannot use are no variables; they must not keep a state from being written. */
function stateFirst(variables: ReadonlyMap<string, string>): Map<string, string> {
  const usable = [...variables].filter(([name]) => /^[A-Za-z_]\w*$/.test(name));
  const state = STATE_VARIABLES.flatMap((name) => (variables.has(name) ? [[name, variables.get(name)!] as const] : []));
  return new Map([...state, ...usable]);
}

function isWhole(file: string): boolean {
  return fs.existsSync(file) && fs.statSync(file).size === GRUBENV_BYTES;
}

function overwrite(file: string, block: Buffer): void {
  const fd = fs.openSync(file, "r+");
  try {
    fs.writeSync(fd, block, 0, block.length, 0);
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}

/** There is no block to write into: nothing can be lost. */
function replace(file: string, block: Buffer): void {
  const temporary = `${file}.new`;
  fs.writeFileSync(temporary, block, { mode: 0o644, flush: true });
  fs.renameSync(temporary, file);
  const folder = fs.openSync(path.dirname(file), "r");
  fs.fsyncSync(folder);
  fs.closeSync(folder);
}
