import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { ExitCode, Failure } from "../lib/failure.ts";
import { runMain } from "../lib/main.ts";
import { runfile } from "../lib/runfiles.ts";
import { startupOfThisBuild, userWorkspace } from "../lib/workspace-bazel.ts";
import { contentComparer } from "./compare-content.ts";
import { describe } from "./difference.ts";
import { reproduce, secondPlace, type Report } from "./repro.ts";

await runMain("repro", async () => {
  const args = await yargs(hideBin(process.argv))
    .scriptName("bazel run //tools:repro --")
    .usage(
      "$0 LABEL [OPTIONS] [-- BUILD FLAGS]\n\nBuilds a target twice: here, and in a copy of the workspace at another path with an output base of its own, under another clock, user, umask, locale, folder order and core count. Compares what every action wrote. On a difference it names the stage, the structure inside the image and the first field, and exits with 4.",
    )
    .example("$0 //ic-os/guestos/envs/dev:disk-img.tar.zst", "")
    .example("$0 //ic-os/guestos/envs/prod --json -- --//ic-os:version=1.2.3", "")
    .demandCommand(1, "expected the label of a target")
    .option("json", { type: "boolean", default: false, describe: "Print the report as JSON on stdout" })
    .option("bazel", { type: "string", describe: "Program to build with (default: the workspace's tools/bazel, else bazel)" })
    .option("debugfs", { type: "string", demandOption: true, hidden: true })
    .option("fsck-erofs", { type: "string", demandOption: true, hidden: true })
    .parserConfiguration({ "populate--": true })
    .version(false)
    .strictOptions()
    .fail((message, error) => {
      throw error ?? new Failure(message, { exitCode: ExitCode.usage, hint: "bazel run //tools:repro -- --help" });
    })
    .parseAsync();
  const workspace = userWorkspace();
  const compare = contentComparer({ debugfs: runfile(args.debugfs), fsckErofs: runfile(args.fsckErofs) });
  const flags = ((args["--"] as string[] | undefined) ?? []).map(String);
  const report = await reproduce(String(args._[0]), { workspace, program: args.bazel, startup: startupOfThisBuild() }, flags, compare);
  if (args.json) console.log(JSON.stringify(report, null, 2));
  else console.log(text(report, workspace));
  if (report.first !== undefined) process.exitCode = ExitCode.input;
});

function text({ label, stages, files, differing, first }: Report, workspace: string): string {
  if (first === undefined) return `${label}: the same bytes twice, in ${files} files of ${stages} actions`;
  const others = differing.slice(1).map(({ mnemonic, path }) => `  ${mnemonic}: ${path}`);
  return [
    `${label}: ${differing.length} of ${files} files differ`,
    `first in ${first.mnemonic} of ${first.label}: ${first.path}`,
    `  ${describe(first)}`,
    ...(others.length > 0 ? ["and after it:", ...others] : []),
    `Both builds are kept: ${workspace}, and ${secondPlace(workspace)}`,
  ].join("\n");
}
