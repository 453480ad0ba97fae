/** What a module says it needs: module_init's .modinfo section, as `modinfo` prints it. */
export interface ModuleInfo {
  /** Names of modules whose symbols it uses. */
  depends: string[];
  /** Names of modules that should be there with it though it uses no symbol of theirs. */
  softdeps: string[];
}

/** Reads the .modinfo section of a decompressed module (a relocatable 64-bit ELF file: elf(5)). */
export function readModuleInfo(file: Buffer): ModuleInfo {
  const fields = new Map<string, string[]>();
  for (const entry of modinfoSection(file).toString("latin1").split("\0")) {
    const [key, value] = [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)];
    fields.set(key, [...(fields.get(key) ?? []), value]);
  }
  return {
    depends: (fields.get("depends") ?? []).flatMap((list) => list.split(",")).filter((name) => name !== ""),
    // "pre: a b post: c"
    softdeps: (fields.get("softdep") ?? []).flatMap((list) => list.split(/\s+/)).filter((name) => name !== "" && !name.endsWith(":")),
  };
}

interface Section {
  name: number;
  offset: number;
  size: number;
}

function modinfoSection(file: Buffer): Buffer {
  if (file.toString("latin1", 0, 5) !== "\x7fELF\x02") throw new Error("expected a 64-bit ELF file");
  const table = Number(file.readBigUInt64LE(40));
  const entrySize = file.readUInt16LE(58);
  const sections = Array.from({ length: file.readUInt16LE(60) }, (_, index): Section => {
    const at = table + index * entrySize;
    return { name: file.readUInt32LE(at), offset: Number(file.readBigUInt64LE(at + 24)), size: Number(file.readBigUInt64LE(at + 32)) };
  });
  const names = sections[file.readUInt16LE(62)]!;
  const wanted = sections.find(({ name }) => file.toString("latin1", names.offset + name, names.offset + name + 9) === ".modinfo\0");
  return wanted === undefined ? Buffer.alloc(0) : file.subarray(wanted.offset, wanted.offset + wanted.size);
}
