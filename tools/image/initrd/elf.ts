/** What a dynamic program or library asks the loader for. */
export interface ElfNeeds {
  /** Path of the loader (PT_INTERP); libraries and static programs have none. */
  interpreter: string | undefined;
  /** Names of libraries (DT_NEEDED). */
  libraries: string[];
}

/** Constants of elf(5). */
const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const DT_NULL = 0;
const DT_NEEDED = 1;
const DT_STRTAB = 5;
const CLASS_64 = 2;
const LITTLE_ENDIAN = 1;

interface Segment {
  type: number;
  offset: number;
  address: number;
  size: number;
}

/** Reads the needs of a 64-bit little-endian ELF file; undefined when the bytes are no ELF file (a script, say). */
export function elfNeeds(file: Buffer): ElfNeeds | undefined {
  if (file.toString("latin1", 0, 4) !== "\x7fELF") return undefined;
  if (file[4] !== CLASS_64 || file[5] !== LITTLE_ENDIAN) throw new Error("expected a 64-bit little-endian ELF file");
  const segments = readSegments(file);
  const interpreter = segments.find(({ type }) => type === PT_INTERP);
  const dynamic = segments.find(({ type }) => type === PT_DYNAMIC);
  return {
    interpreter: interpreter === undefined ? undefined : textAt(file, interpreter.offset),
    libraries: dynamic === undefined ? [] : neededLibraries(file, dynamic, segments),
  };
}

function readSegments(file: Buffer): Segment[] {
  const table = Number(file.readBigUInt64LE(32));
  const entrySize = file.readUInt16LE(54);
  return Array.from({ length: file.readUInt16LE(56) }, (_, index) => {
    const at = table + index * entrySize;
    return {
      type: file.readUInt32LE(at),
      offset: Number(file.readBigUInt64LE(at + 8)),
      address: Number(file.readBigUInt64LE(at + 16)),
      size: Number(file.readBigUInt64LE(at + 32)),
    };
  });
}

function neededLibraries(file: Buffer, dynamic: Segment, segments: readonly Segment[]): string[] {
  const names: number[] = [];
  let strings = 0;
  for (let at = dynamic.offset; at < dynamic.offset + dynamic.size; at += 16) {
    const tag = Number(file.readBigInt64LE(at));
    const value = Number(file.readBigUInt64LE(at + 8));
    if (tag === DT_NULL) break;
    if (tag === DT_NEEDED) names.push(value);
    if (tag === DT_STRTAB) strings = fileOffset(value, segments);
  }
  return names.map((name) => textAt(file, strings + name));
}

/** Where in the file an address of the loaded program lies. */
function fileOffset(address: number, segments: readonly Segment[]): number {
  const segment = segments.find(({ type, address: start, size }) => type === PT_LOAD && address >= start && address < start + size);
  if (segment === undefined) throw new Error(`damaged ELF file: no segment holds address 0x${address.toString(16)}`);
  return address - segment.address + segment.offset;
}

function textAt(file: Buffer, at: number): string {
  return file.toString("latin1", at, file.indexOf(0, at));
}
