import fs from "node:fs";
import path from "node:path";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { gunzipSync } from "node:zlib";
import { Failure } from "../../tools/lib/failure.ts";
import { timed } from "./clock.ts";
import { peakMemory } from "./peak-memory.ts";
import type { Bench } from "./scenario.ts";
import { stageCommands } from "./stage-commands.ts";
import { aligned } from "./table.ts";
import { DISK, freshStages } from "./targets.ts";

/** All stages of one mnemonic. */
export interface StageRow {
  mnemonic: string;
  /** Actions of it in a full build. */
  actions: number;
  /** Seconds in a full build, from Bazel's profile, waiting for a place included: all of them, and the longest. */
  seconds: number;
  longest: number;
  /** Cpu seconds and the most memory of one (MB, with the programs it starts), each run alone and not sandboxed. */
  cpu: number;
  peakMB: number;
}

/** An event of Bazel's profile, https://bazel.build/advanced/performance/json-trace-profile */
interface ProfileEvent {
  cat?: string;
  dur?: number;
  args?: { mnemonic?: string };
}

/** Measures one full build by stage, most seconds first, so that the first row names the slowest. */
export async function measureStages(bench: Bench): Promise<StageRow[]> {
  const rows = new Map<string, StageRow>();
  const row = (mnemonic: string): StageRow => {
    if (!rows.has(mnemonic)) rows.set(mnemonic, { mnemonic, actions: 0, seconds: 0, longest: 0, cpu: 0, peakMB: 0 });
    return rows.get(mnemonic)!;
  };
  const profile = path.join(bench.folder, "full.profile.gz");
  await bench.scratch.bazel(["build", DISK, freshStages(`stages-${process.pid}`), `--profile=${profile}`]);
  for (const { mnemonic, seconds } of profiledStages(profile)) {
    const found = row(mnemonic);
    found.actions++;
    found.seconds += seconds;
    found.longest = Math.max(found.longest, seconds);
  }
  await bench.scratch.bazel(["build", DISK]);
  // The graph has actions of more targets than the disk's build runs, such as the archive of a root file system.
  const commands = (await stageCommands(bench.scratch)).filter(({ mnemonic }) => rows.has(mnemonic));
  for (const { mnemonic, program, args, env, cwd } of commands) {
    let peak = 0;
    const { cpu } = await timed(async () => {
      const child = spawn(program, args, { cwd, env, stdio: ["ignore", "ignore", "inherit"] });
      const ended = once(child, "close");
      peak = await peakMemory(child.pid!, ended);
      const [code] = (await ended) as [number | null];
      if (code !== 0) throw new Failure(`${mnemonic} ended with ${code} outside of Bazel`);
    });
    const found = row(mnemonic);
    found.cpu += cpu;
    found.peakMB = Math.max(found.peakMB, peak / 1e6);
  }
  return [...rows.values()].toSorted((a, b) => b.seconds - a.seconds);
}

/** Image stages in a profile, each with its seconds. */
export function profiledStages(file: string): { mnemonic: string; seconds: number }[] {
  const { traceEvents } = JSON.parse(gunzipSync(fs.readFileSync(file)).toString()) as { traceEvents: ProfileEvent[] };
  return traceEvents
    .filter(({ cat, args }) => cat === "action processing" && args?.mnemonic?.startsWith("Icos") === true)
    .map(({ dur = 0, args }) => ({ mnemonic: args!.mnemonic!, seconds: dur / 1e6 }));
}

/** Stages as a table. */
export function stageTable(rows: readonly StageRow[]): string {
  const cells = rows.map(({ mnemonic, actions, seconds, longest, cpu, peakMB }) => [
    mnemonic,
    String(actions),
    seconds.toFixed(2),
    longest.toFixed(2),
    cpu.toFixed(2),
    peakMB.toFixed(0),
  ]);
  return aligned([["stage of a full build", "actions", "s", "longest", "cpu s", "peak MB"], ...cells]);
}
