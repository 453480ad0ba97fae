import { failOnProblems } from "../../lib/failure.ts";
import { isGuid } from "./guid.ts";
import { findLayoutProblems } from "./layout.ts";
import { SECTOR_BYTES, type Partition, type PartitionTable } from "./table.ts";

/** What partitions.csv does not say: where the text comes from, and the disk around the partitions. */
export interface TableOptions {
  /** Name of the file in messages. */
  file: string;
  diskGuid: string;
  diskBytes: number;
}

/** Columns of partitions.csv. Start and size count sectors of 512 bytes; the comment may be absent and may hold commas. */
const COLUMNS = ["name", "start", "size", "type", "uuid", "comment"];

/** Reads partitions.csv and checks all of it; throws one Failure that lists every problem with its line. */
export function parsePartitionTable(text: string, options: TableOptions): PartitionTable {
  const problems: string[] = [];
  if (!isGuid(options.diskGuid)) problems.push(`disk GUID: expected 8-4-4-4-12 hexadecimal digits, got \`${options.diskGuid}\``);
  if (options.diskBytes % SECTOR_BYTES !== 0) problems.push(`disk size: expected a multiple of ${SECTOR_BYTES} bytes, got ${options.diskBytes}`);
  const partitions: Partition[] = [];
  for (const [index, raw] of text.split("\n").entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const report = (problem: string): void => void problems.push(`${options.file}:${index + 1}: ${problem}`);
    const part = parseLine(line, index + 1, partitions.length + 1, report);
    if (part !== undefined) partitions.push(part);
  }
  const table = { file: options.file, diskGuid: options.diskGuid.toLowerCase(), diskBytes: options.diskBytes, partitions };
  if (partitions.length === 0 && problems.length === 0) problems.push(`${options.file}: no partition declared`);
  failOnProblems(`partition table ${options.file}`, [...problems, ...findLayoutProblems(table)], {
    hint: `a line is: ${COLUMNS.join(", ")}; sizes in sectors of ${SECTOR_BYTES} bytes`,
  });
  return table;
}

/** One line; a line without the needed columns or numbers gives no partition, so that the layout checks see only real ones. */
function parseLine(line: string, lineNumber: number, number: number, report: (problem: string) => void): Partition | undefined {
  const cells = line.split(",").map((cell) => cell.trim());
  if (cells.length < 5) {
    report(`expected ${COLUMNS.length} columns (${COLUMNS.join(", ")}), got ${cells.length}`);
    return undefined;
  }
  const [name = "", start = "", size = "", type = "", guid = ""] = cells;
  // GPT stores at most 36 UTF-16 units; udev turns other characters into \x escapes in /dev/disk/by-partlabel.
  if (!/^[A-Za-z0-9_-]{1,36}$/.test(name)) report(`name: expected 1 to 36 letters, digits, _ or -, got \`${name}\``);
  if (!isGuid(guid)) report(`uuid: expected 8-4-4-4-12 hexadecimal digits, got \`${guid}\``);
  const startSector = sectorNumber("start", start, report);
  const sectors = sectorNumber("size", size, report);
  if (sectors === 0) report("size: expected at least 2048 sectors, got 0");
  if (type !== "U" && type !== "L" && type !== "M") {
    report(`type: expected U (EFI system), L (Linux) or M (Microsoft basic data), got \`${type}\``);
  }
  if (startSector === undefined || sectors === undefined || sectors === 0) return undefined;
  return { number, name, start: startSector, sectors, type: type as Partition["type"], guid: guid.toLowerCase(), line: lineNumber };
}

function sectorNumber(column: string, text: string, report: (problem: string) => void): number | undefined {
  if (/^[0-9]+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  report(`${column}: expected a number of sectors, got \`${text}\``);
  return undefined;
}
