import fs from "node:fs";
import path from "node:path";
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { finish, scratchFolder, unfinishedPath } from "../../../tools/lib/atomic.ts";
import { exec } from "../../../tools/lib/exec.ts";
import { ExitCode, Failure } from "../../../tools/lib/failure.ts";
import { runMain } from "../../../tools/lib/main.ts";
import { inSandbox, mmdebstrap, type Command } from "./commands.ts";
import { makeRepository } from "./repository.ts";
import { unpackTools } from "./tools-root.ts";

await runMain("mmdebstrap", async () => {
  const list = { type: "array", string: true, demandOption: true } as const;
  const flags = await yargs(hideBin(process.argv))
    .scriptName("mmdebstrap")
    .usage("$0 --dpkg-deb PROGRAM --tar PROGRAM --tool *.deb --package *.deb --definition packages.json --output root.tar\n\nMakes a root file system of packages, their maintainer scripts run.")
    .option("dpkg-deb", { type: "string", demandOption: true, describe: "program that opens packages" })
    .option("tar", { type: "string", demandOption: true, describe: "GNU tar" })
    .option("tool", { ...list, describe: "packages of mmdebstrap and of all that it runs" })
    .option("package", { ...list, describe: "packages to install" })
    .option("definition", { type: "string", demandOption: true, describe: "packages.json; its assumeInstalled become empty packages" })
    .option("output", { type: "string", demandOption: true, describe: "tar to write" })
    .strict()
    .fail((message, error) => {
      throw error ?? new Failure(message, { exitCode: ExitCode.usage, hint: "mmdebstrap --help" });
    })
    .parseAsync();
  const { assumeInstalled = [] } = JSON.parse(fs.readFileSync(flags.definition, "utf8")) as { assumeInstalled?: string[] };

  // Beside the output: /tmp may be memory, and this is a gigabyte.
  using scratch = scratchFolder("mmdebstrap", path.resolve(path.dirname(flags.output)));
  const [root, repository, output] = ["root", "repository", "output"].map((name) => path.join(scratch.path, name)) as [string, string, string];
  await unpackTools(root, flags.tool, flags);
  await run(inSandbox(root, {}, ["true"]), {
    exitCode: ExitCode.host,
    hint: "allow user namespaces: sysctl kernel.unprivileged_userns_clone=1 user.max_user_namespaces=10000 kernel.apparmor_restrict_unprivileged_userns=0",
  });
  const names = await makeRepository(repository, flags.package, assumeInstalled, flags.dpkgDeb);
  fs.mkdirSync(output);
  await run(inSandbox(root, { "/repository": repository, "/output": output }, mmdebstrap(names)));
  const unfinished = unfinishedPath(flags.output);
  fs.renameSync(path.join(output, "reference.tar"), unfinished);
  finish(unfinished, flags.output);
});

async function run([program, ...args]: Command, options: { exitCode?: number; hint?: string } = {}): Promise<void> {
  await exec(program, args, { stdin: "ignore", ...options });
}
