import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { Failure, ExitCode } from "../../tools/lib/failure.ts";
import { runMain } from "../../tools/lib/main.ts";
import { log } from "../../tools/lib/log.ts";
import { median, table } from "./figures.ts";
import { runScenarios, scenarioNames } from "./scenarios.ts";
import { prepareScratch } from "./scratch.ts";

await runMain("bench", async () => {
  const flags = await yargs(hideBin(process.argv))
    .usage("bazel run //tests/bench [-- OPTIONS]\n\nMeasures the image pipeline on this machine, in one run. Works on a copy of the workspace with its own output base; the first run fetches everything there.")
    .option("runs", { type: "number", default: 3, describe: "Runs of each scenario; the table shows the median" })
    .option("only", { type: "string", array: true, choices: scenarioNames, describe: "Scenarios to measure (default: all)" })
    .option("json", { type: "boolean", default: false, describe: "Print one JSON object on stdout instead of the table" })
    .example("bazel run //tests/bench -- --runs 5 --only full", "five full builds")
    .strict()
    .parse();
  const source = process.env["BUILD_WORKSPACE_DIRECTORY"];
  if (source === undefined) throw new Failure("BUILD_WORKSPACE_DIRECTORY is not set", { exitCode: ExitCode.usage, hint: "bazel run //tests/bench" });

  const scratch = await prepareScratch(source);
  log(`workspace copied to ${scratch.workspace}; fetching and building once`);
  const figures = await runScenarios(scratch, flags.only ?? scenarioNames, flags.runs);
  if (flags.json) console.log(JSON.stringify(figures.map((f) => ({ ...f, median: median(f.seconds) })), null, 2));
  else console.log(table(figures));
});
