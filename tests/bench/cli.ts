import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { writeFileAtomic } from "../../tools/lib/atomic.ts";
import { Failure, ExitCode } from "../../tools/lib/failure.ts";
import { runMain } from "../../tools/lib/main.ts";
import { log } from "../../tools/lib/log.ts";
import { runfile } from "../../tools/lib/runfiles.ts";
import { median, ratio, type Figure } from "./figures.ts";
import { figureTable } from "./table.ts";
import { Peer } from "./mkosi/peer.ts";
import { pinnedPrograms } from "./pinned.ts";
import { runScenarios } from "./run.ts";
import type { Bench } from "./scenario.ts";
import { SCENARIOS } from "./scenarios/index.ts";
import { benchFolder, prepareScratch } from "./scratch.ts";
import { addService } from "./service.ts";
import { measureStages, stageTable, type StageRow } from "./stages.ts";
import { DISK } from "./targets.ts";

const STAGES = "stages";
const PINNED = { type: "string", demandOption: true, hidden: true } as const;

await runMain("bench", async () => {
  const names = [...SCENARIOS.map(({ name }) => name), STAGES];
  const flags = await yargs(hideBin(process.argv))
    .usage("bazel run //tests/bench [-- OPTIONS]\n\nMeasures the image pipeline on this machine, and mkosi beside it in the same run. Works on a copy of the workspace with its own output base; the first run fetches everything there.")
    .option("runs", { type: "number", default: 5, describe: "Runs of each scenario; the table shows the median" })
    .option("only", { type: "string", array: true, choices: names, describe: "What to measure (default: all but the boots, which start virtual machines)" })
    .option("peer", { type: "boolean", default: true, describe: "Measure mkosi, too; needs root" })
    .option("json", { type: "boolean", default: false, describe: "Print one JSON object on stdout instead of the tables" })
    .option("output", { type: "string", describe: "Write that JSON object to a file as well" })
    .options({ nginx: PINNED, zstd: PINNED, dpkgDeb: PINNED, tar: PINNED, vmTools: PINNED, peerTools: PINNED, peerPackages: PINNED, definition: PINNED })
    .example("bazel run //tests/bench -- --only full --only noop", "two scenarios")
    .example("bazel run //tests/bench -- --no-peer --only stages", "where the time of a full build goes")
    .strict()
    .parse();
  const source = process.env["BUILD_WORKSPACE_DIRECTORY"];
  if (source === undefined) throw new Failure("BUILD_WORKSPACE_DIRECTORY is not set", { exitCode: ExitCode.usage, hint: "bazel run //tests/bench" });
  const wanted = flags.only ?? names.filter((name) => !name.endsWith("boot"));
  const scenarios = SCENARIOS.filter(({ name }) => wanted.includes(name));

  // Where the servers of tests/remote look for it.
  process.env["NGINX_PROGRAM"] = flags.nginx;
  const pinned = pinnedPrograms(flags);
  const files = (locations: string): string[] => locations.split(" ").map(runfile);
  const inputs = { ...pinned, tools: files(flags.peerTools), packages: files(flags.peerPackages), definition: runfile(flags.definition), set: "dev" };
  const usesPeer = flags.peer && scenarios.some(({ peer }) => peer !== undefined);
  const folder = path.join(benchFolder(), "run");
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  const scratch = await prepareScratch(source);
  log(`workspace copied to ${scratch.workspace}; fetching and building once`);
  addService(scratch);
  await scratch.bazel(["build", DISK]);
  const bench: Bench = { scratch, pinned, folder, peer: usesPeer ? await Peer.prepare(path.join(benchFolder(), "mkosi"), inputs) : undefined };

  const load = { before: os.loadavg()[0], after: 0 };
  const peer = (await bench.peer?.version()) ?? "no peer";
  const report = (figures: readonly Figure[], stages: readonly StageRow[]): string => {
    load.after = os.loadavg()[0]!;
    const machine = { cpus: os.availableParallelism(), memoryGB: Math.round(os.totalmem() / 1e9), load };
    const medians = figures.map((one) => ({ ...one, median: median(one.ours), peerMedian: median(one.peer), ratio: ratio(one.ours, one.peer) }));
    const text = `${JSON.stringify({ machine, peer, figures: medians, stages }, null, 2)}\n`;
    if (flags.output !== undefined) writeFileAtomic(path.resolve(process.env["BUILD_WORKING_DIRECTORY"] ?? ".", flags.output), text);
    return text;
  };
  const figures = await runScenarios(bench, scenarios, flags.runs, async (soFar) => {
    // A long run that is cut short has told what it knew.
    report(soFar, []);
    // Whatever the scenario edited is built again before the next one starts.
    await scratch.bazel(["build", DISK]);
  });
  const stages = wanted.includes(STAGES) ? await measureStages(bench) : [];
  const text = report(figures, stages);
  if (flags.json) process.stdout.write(text);
  else {
    const machine = `${os.availableParallelism()} cpus, load ${load.before?.toFixed(1)} before, ${load.after.toFixed(1)} after`;
    console.log([machine, figureTable(figures, peer), ...(stages.length > 0 ? [stageTable(stages)] : [])].join("\n\n"));
  }
});
