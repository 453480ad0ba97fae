/** One measured quantity: its name and the seconds of each run. */
export interface Figure {
  name: string;
  seconds: number[];
}

/** The middle of the sorted values; of an even number, the lower one of the two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}

/** Figures as an aligned table: median, least, most, and how often the first row's median fits in. */
export function table(figures: readonly Figure[]): string {
  const first = figures[0] === undefined ? Number.NaN : median(figures[0].seconds);
  const rows = figures.map(({ name, seconds }) => [
    name,
    median(seconds).toFixed(2),
    Math.min(...seconds).toFixed(2),
    Math.max(...seconds).toFixed(2),
    `${(first / median(seconds)).toFixed(1)}x`,
    String(seconds.length),
  ]);
  const all = [["", "median s", "least", "most", "ratio", "runs"], ...rows];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  return all.map((row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join("  ")).join("\n");
}
