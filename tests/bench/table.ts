import { median, ratio, type Figure } from "./figures.ts";

/** Figures as an aligned table: medians, least and most, and how much less than the peer's ours is. */
export function figureTable(figures: readonly Figure[], peer: string): string {
  const rows = figures.map(({ title, unit, ours, peer: theirs, oursCpu, peerCpu }) => [
    `${title} (${unit})`,
    median(ours).toFixed(2),
    `${Math.min(...ours).toFixed(2)}–${Math.max(...ours).toFixed(2)}`,
    oursCpu.length === 0 ? "" : median(oursCpu).toFixed(2),
    theirs.length === 0 ? "" : median(theirs).toFixed(2),
    peerCpu.length === 0 ? "" : median(peerCpu).toFixed(2),
    theirs.length === 0 ? "" : `${ratio(ours, theirs).toFixed(1)}x`,
    peerCpu.length === 0 ? "" : `${ratio(oursCpu, peerCpu).toFixed(1)}x`,
    String(ours.length),
  ]);
  return aligned([["", "ours", "least–most", "cpu s", peer, "cpu s", "ratio", "cpu ratio", "runs"], ...rows]);
}

/** Rows of cells in columns: the first to the left, the others to the right. */
export function aligned(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const cell = (text: string, column: number): string => (column === 0 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0));
  return rows.map((row) => row.map(cell).join("  ").trimEnd()).join("\n");
}
