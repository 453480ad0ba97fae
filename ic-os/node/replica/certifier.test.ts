import { expect, test } from "@jest/globals";
import { createLog } from "../lib/log.ts";
import { certifyHeights } from "./certifier.ts";
import { monitorHealth } from "./health.ts";
import { emptyState, type Operation } from "./operation.ts";
import { SyncError, type StateWriter } from "./state-writer.ts";

/** Certifies on a writer that answers as `commit` says, until `steps` commits were made. */
async function certify(steps: number, commit: (height: number, step: number) => void): Promise<{ height: number; health: string; lines: string[]; failures: unknown[] }> {
  const state = emptyState();
  const lines: string[] = [];
  const failures: unknown[] = [];
  const health = monitorHealth(10_000, () => {});
  health.opened();
  let step = 0;
  let done = (): void => {};
  const end = new Promise<void>((resolve) => (done = resolve));
  const writer = {
    commit: async (operations: readonly Operation[]) => {
      const height = Number(operations[0]?.[1]);
      step += 1;
      if (step === steps) done();
      commit(height, step);
      state.height = height;
    },
  } as unknown as StateWriter;
  const log = createLog("test", (line) => lines.push(line));
  const certifier = certifyHeights({ state, writer, health, log, intervalMilliseconds: 1, committed: () => {}, fail: (error) => failures.push(error) });
  await end;
  await certifier.stop();
  return { height: state.height, health: health.current, lines, failures };
}

test("heights grow by one", async () => {
  const heights: number[] = [];
  const { health } = await certify(3, (height) => heights.push(height));
  expect(heights.slice(0, 3)).toEqual([1, 2, 3]);
  expect(health).toBe("healthy");
});

test("a full disk is said once, and heights go on when there is room", async () => {
  const { height, lines } = await certify(5, (_, step) => {
    if (step === 2 || step === 3) throw new Error("ENOSPC");
  });
  expect(height).toBeGreaterThanOrEqual(3);
  expect(lines.filter((line) => line.includes("cannot be certified"))).toHaveLength(1);
  expect(lines.filter((line) => line.includes("certified again"))).toHaveLength(1);
});

test("a disk that no longer tells the truth ends the replica", async () => {
  const { failures } = await certify(1, () => {
    throw new SyncError("gone");
  });
  expect(failures).toHaveLength(1);
});
