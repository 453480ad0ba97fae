import fs from "node:fs";
import path from "node:path";
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { scratchFolder } from "../../../tools/lib/atomic.ts";
import { ExitCode, Failure } from "../../../tools/lib/failure.ts";
import { log } from "../../../tools/lib/log.ts";
import { runMain } from "../../../tools/lib/main.ts";
import { runfile } from "../../../tools/lib/runfiles.ts";
import { probeAccelerator } from "../../../tools/vm/kvm.ts";
import { readVmTools } from "../../../tools/vm/vm-tools.ts";
import { writeGuestDisk } from "../../../tools/vm/testing/guest-disk.ts";
import { chooseCuts, type CutCounts } from "../../upgrade/power-cut/choose.ts";
import { makeNode } from "../../upgrade/power-cut/node.ts";
import { bytesWritten, readRecording, record, STEPS } from "../../upgrade/power-cut/recording.ts";
import { readUpdateManifest, runCuts, type CutResult } from "../../upgrade/power-cut/run-cuts.ts";
import { summary } from "./summary.ts";

await runMain("power-cut", async () => {
  const flags = await yargs(hideBin(process.argv))
    .usage("bazel run //tests/bench/power-cut [-- OPTIONS]\n\nRecords an upgrade of a real guest, cuts its power at many moments, and looks at what each cut leaves.")
    .option("cuts", { type: "number", default: 40, describe: "Cuts after which a guest is booted: as many in each step of the upgrade" })
    .option("looks", { type: "number", default: 400, describe: "Cuts after which the disk is only looked at" })
    .option("seed", { type: "number", default: 1, describe: "Another seed makes other cuts" })
    .option("folder", { type: "string", describe: "Keep the recording there, and use the one that is there" })
    .option("from", { type: "number", default: 0, describe: "First cut to boot, of those that the seed gives; for a run in parts" })
    .option("to", { type: "number", default: Number.MAX_SAFE_INTEGER, describe: "First cut not to boot" })
    .option("every-unit", { type: "boolean", default: false, describe: "Wait after each boot until every unit has started, not only for a login and the node's data" })
    .option("json", { type: "boolean", default: false, describe: "Print one JSON object a cut on stdout" })
    .option("config", { type: "string", demandOption: true, hidden: true })
    .example("bazel run //tests/bench/power-cut -- --cuts 100 --seed 7", "")
    .strict()
    .parse();
  const file = JSON.parse(flags.config) as Record<"tools" | "manifest" | "update" | "updateManifest" | "version" | "e2fsck", string>;
  const tools = readVmTools(file.tools);
  using scratch = scratchFolder("power-cut");
  const folder = flags.folder === undefined ? scratch.path : path.resolve(process.env["BUILD_WORKING_DIRECTORY"] ?? ".", flags.folder);
  fs.mkdirSync(folder, { recursive: true });
  const { works } = await probeAccelerator(tools);
  const node = await makeNode(folder, tools, works ? "kvm" : "tcg", flags.folder !== undefined);
  const written = path.join(folder, "write.log");
  const manifest = runfile(file.manifest);
  const recording = fs.existsSync(written) ? readRecording(written) : await record(node, manifest, runfile(file.update), "end");
  const megabytes = STEPS.slice(0, -1).map((step) => `${step} ${(bytesWritten(recording, step) / 1e6).toFixed(1)} MB`);
  log(`recorded ${recording.log.entries.length} writes and flushes; written: ${megabytes.join(", ")}`);

  const update = readUpdateManifest(runfile(file.updateManifest));
  const version = fs.readFileSync(runfile(file.version), "utf8").trim();
  const bench = { node, recording, manifest, update, version, everyUnit: flags.everyUnit, tools: { ...tools, e2fsck: runfile(file.e2fsck) } };
  const disk = writeGuestDisk(manifest, path.join(folder, "layout.img"));
  fs.rmSync(disk.file);
  const looked = chooseCuts(recording, disk, share(flags.looks), flags.seed);
  const booted = chooseCuts(recording, disk, share(flags.cuts), flags.seed + 1).slice(flags.from, flags.to);
  const all = [...looked, ...booted].sort((a, b) => a.index - b.index);
  const results: CutResult[] = [];
  await runCuts(bench, all, (cut) => booted.includes(cut), (result) => {
    results.push(result);
    if (flags.json) console.log(JSON.stringify(result));
    for (const problem of result.problems) log(`LOST: cut at ${result.index} (${result.step}): ${problem}`);
  });
  console.log(summary(results));
  const lost = results.filter(({ problems }) => problems.length > 0).length;
  if (lost > 0) throw new Failure(`${lost} of ${results.length} cuts left a system that is not as it should be (seed ${flags.seed})`, { exitCode: ExitCode.guest });
});

/** As many cuts in every step; the last one, after the upgrade, is no step of it. */
function share(count: number): CutCounts {
  const steps = STEPS.filter((step) => step !== "end");
  return Object.fromEntries(steps.map((step, index) => [step, Math.floor(count / steps.length) + (index < count % steps.length ? 1 : 0)]));
}
