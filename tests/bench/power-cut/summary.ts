import { STEPS } from "../../upgrade/power-cut/recording.ts";
import type { CutResult } from "../../upgrade/power-cut/run-cuts.ts";

/** Results as a table: a line a step. */
export function summary(results: readonly CutResult[]): string {
  const rows = STEPS.flatMap((step) => {
    const own = results.filter((result) => result.step === step);
    if (own.length === 0) return [];
    const booted = own.filter(({ boot }) => boot !== undefined);
    const sum = (fate: keyof CutResult["unflushed"]): number => own.reduce((total, { unflushed }) => total + unflushed[fate], 0);
    return [[step, own.length, booted.length, booted.filter(({ slot }) => slot === "B").length, sum("whole") + sum("torn") + sum("lost"), sum("torn"), sum("lost"), own.filter(({ problems }) => problems.length > 0).length].map(String)];
  });
  const all = [["step", "cuts", "booted", "to slot B", "unflushed", "torn", "lost", "systems lost"], ...rows];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  return all.map((row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join("  ")).join("\n");
}
