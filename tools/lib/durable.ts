import fs from "node:fs/promises";
import path from "node:path";

/**
 * Replaces a whole file so that a power cut leaves the old content or the new, and so that the new is kept once this returns:
 * the content reaches the disk before the name, and the name before the answer.
 */
export async function writeDurably(target: string, data: string | Uint8Array, mode = 0o644): Promise<void> {
  const temporary = path.join(path.dirname(target), `.${path.basename(target)}.tmp`);
  try {
    const file = await fs.open(temporary, "w", mode);
    try {
      await file.writeFile(data);
      // Whatever the umask: readers without privileges depend on it.
      await file.chmod(mode);
      await file.sync();
    } finally {
      await file.close();
    }
    await fs.rename(temporary, target);
  } catch (error) {
    await fs.rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(path.dirname(target));
}

/** Makes the names in a folder survive a power cut. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await fs.open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
