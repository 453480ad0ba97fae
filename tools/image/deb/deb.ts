import fs from "node:fs";
import path from "node:path";
import { Failure } from "../../lib/failure.ts";
import { readTar } from "../tar/read.ts";
import type { TarEntry } from "../tar/entry.ts";
import { contentBytes, type Content } from "../tar/content.ts";
import { readAr } from "./ar.ts";
import { decompress, type Compressed } from "./decompress.ts";

/** An opened package: deb(5). */
export interface Deb {
  /** File name, for messages. */
  file: string;
  /** Files of the control archive by name: control, conffiles, postinst ... */
  control: Map<string, Buffer>;
  /** Entries of the data archive in their order. */
  data: Generator<TarEntry>;
}

/** Opens packages one after the other; `xz` is the decompressor to run. */
export async function* openDebs(files: readonly string[], xz: string): AsyncGenerator<Deb> {
  const members = files.flatMap((file) => {
    const archive = readDeb(file);
    return [member(file, archive, "control.tar"), member(file, archive, "data.tar")];
  });
  // Members come in pairs, control before data.
  let control: Content | undefined;
  let index = 0;
  for await (const { content } of decompress(members, xz)) {
    if (control === undefined) control = content;
    else {
      yield { file: path.basename(files[index++]!), control: controlFiles(control), data: readTar(content) };
      control = undefined;
    }
  }
}

function readDeb(file: string): Map<string, Buffer> {
  try {
    return readAr(fs.readFileSync(file));
  } catch (error) {
    throw new Failure(`${path.basename(file)}: ${(error as Error).message}`, { cause: error });
  }
}

function member(file: string, archive: Map<string, Buffer>, prefix: string): Compressed {
  for (const [name, bytes] of archive) if (name.startsWith(prefix)) return { name: `${path.basename(file)}/${name}`, bytes };
  throw new Failure(`${path.basename(file)}: expected a member ${prefix}.*, got ${[...archive.keys()].join(", ")}`);
}

function controlFiles(archive: Content): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (const entry of readTar(archive)) if (entry.content !== undefined) files.set(entry.path, contentBytes(entry.content));
  return files;
}
