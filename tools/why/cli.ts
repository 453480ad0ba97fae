import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { ExitCode, Failure } from "../lib/failure.ts";
import { runMain } from "../lib/main.ts";
import { startupOfThisBuild, userWorkspace } from "../lib/workspace-bazel.ts";
import { explanationText } from "./text.ts";
import { why, type Answer } from "./why.ts";

await runMain("why", async () => {
  const args = await yargs(hideBin(process.argv))
    .scriptName("bazel run //tools:why --")
    .usage(
      "$0 LABEL [OPTIONS] [-- BUILD FLAGS]\n\nBuilds a target and says why its stages are others than in the last build that this program saw: which package, file, setting or tool changed. The first run only records. State: $XDG_STATE_HOME/rules_icos/why.",
    )
    .example("$0 //ic-os/guestos/envs/dev:disk-img.tar.zst", "")
    .example("$0 //ic-os/guestos/envs/dev --json -- --//ic-os:version=1.2.3", "")
    .demandCommand(1, "expected the label of a target")
    .option("json", { type: "boolean", default: false, describe: "Print the answer as JSON on stdout" })
    .option("bazel", { type: "string", describe: "Program to build with (default: the workspace's tools/bazel, else bazel)" })
    .parserConfiguration({ "populate--": true })
    .version(false)
    .strictOptions()
    .fail((message, error) => {
      throw error ?? new Failure(message, { exitCode: ExitCode.usage, hint: "bazel run //tools:why -- --help" });
    })
    .parseAsync();
  const flags = ((args["--"] as string[] | undefined) ?? []).map(String);
  const answer = await why(String(args._[0]), { workspace: userWorkspace(), program: args.bazel, startup: startupOfThisBuild() }, flags);
  console.log(args.json ? JSON.stringify(answer, null, 2) : text(answer));
});

function text({ label, since, changed, explanations, stages }: Answer): string {
  if (since === undefined) return `${label}: ${stages} stages recorded. There is no earlier build to compare with: change something and ask again.`;
  const lines = explanationText(explanations, (explanation) => explanations.find(({ output }) => output === explanation.output)?.outcome ?? "ran");
  if (changed) return `Since the build of ${since}:\n${lines}`;
  return explanations.length === 0 ? `${label}: nothing changed since the build of ${since}` : `Nothing changed since the build of ${since}. That one, against the one before:\n${lines}`;
}
