import fs from "node:fs";
import path from "node:path";
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { ExitCode, Failure } from "../lib/failure.ts";
import { runMain } from "../lib/main.ts";
import { runfile } from "../lib/runfiles.ts";
import { userWorkspace } from "../lib/workspace-bazel.ts";
import { writeBundle } from "./bundle.ts";

const PINNED = { type: "string", demandOption: true, hidden: true } as const;

await runMain("bundle", async () => {
  const args = await yargs(hideBin(process.argv))
    .scriptName("bazel run //tools:bundle --")
    .usage(
      "$0 [TARGETS] [OPTIONS] [-- BUILD FLAGS]\n\nWrites one archive with everything that building TARGETS downloads: Debian packages, npm packages, toolchains, and Bazel itself. On a machine without a network:\n\n  tar -xf rules_icos-bundle.tar && rules_icos-bundle/install CHECKOUT\n\nand tools/bazel there builds the same bytes. See docs/offline.md.",
    )
    .example("$0", "what the images and their launchers need, into rules_icos-bundle.tar")
    .example("$0 //... --out /media/disk/all.tar", "the tests, too")
    .option("out", { type: "string", default: "rules_icos-bundle.tar", describe: "File to write" })
    .option("bazel-packages", { type: "boolean", default: true, describe: "Put Bazel itself in; --no-bazel-packages for machines that have it" })
    .option("json", { type: "boolean", default: false, describe: "Print what is in the archive as JSON on stdout" })
    .option("bazel", { type: "string", describe: "Program to fetch with (default: the workspace's tools/bazel, else bazel)" })
    .options({ installScript: PINNED, mirrorScript: PINNED, tar: PINNED })
    .parserConfiguration({ "populate--": true })
    .version(false)
    .strictOptions()
    .fail((message, error) => {
      throw error ?? new Failure(message, { exitCode: ExitCode.usage, hint: "bazel run //tools:bundle -- --help" });
    })
    .parseAsync();
  const workspace = userWorkspace();
  const mirrorScript = runfile(args.mirrorScript);
  const summary = await writeBundle({
    targets: args._.length === 0 ? ["//ic-os/..."] : args._.map(String),
    flags: ((args["--"] as string[] | undefined) ?? []).map(String),
    out: path.resolve(process.env["BUILD_WORKING_DIRECTORY"] ?? ".", args.out),
    bazel: { workspace, program: args.bazel },
    bazelPackages: args.bazelPackages ? { script: mirrorScript, bootstrap: path.join(path.dirname(mirrorScript), "../bootstrap"), version: bazelVersion(workspace) } : undefined,
    installScript: runfile(args.installScript),
    tar: runfile(args.tar),
  });
  if (args.json) console.log(JSON.stringify(summary, null, 2));
  else console.log(`${summary.file}: ${(summary.bytes / 1e6).toFixed(0)} MB, ${summary.downloads} downloads, ${summary.bazelPackages} packages of Bazel\n  There: tar -xf ${path.basename(summary.file)} && rules_icos-bundle/install CHECKOUT`);
});

function bazelVersion(workspace: string): string {
  const file = path.join(workspace, ".bazelversion");
  if (!fs.existsSync(file)) throw new Failure(`${file}: expected the version of Bazel, found no such file`, { hint: "bazel run //tools:bundle -- --no-bazel-packages" });
  return fs.readFileSync(file, "utf8").trim();
}
