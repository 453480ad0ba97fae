import fs from "node:fs";
import path from "node:path";
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { writeFileAtomic } from "../lib/atomic.ts";
import { ExitCode, Failure } from "../lib/failure.ts";
import { log } from "../lib/log.ts";
import { runMain } from "../lib/main.ts";
import { formatPinFile, parsePinFile } from "./pin-file.ts";
import { checkPins, pinRelease } from "./pin.ts";
import { guestPrograms } from "./programs.ts";

await runMain("pin", async () => {
  const flags = await yargs(hideBin(process.argv))
    .scriptName("pin")
    .usage("$0 --base-url URL --release NAME --output FILE\n\nPins the programs of a release by their sums: writes the file that the module extension ic_release reads.")
    .option("base-url", { type: "string", coerce: (url: string) => url.replace(/\/+$/, ""), describe: "where releases are published, http(s); with --check: default, that of the file" })
    .option("release", { type: "string", describe: "name of the release, such as a git revision" })
    .option("output", { type: "string", demandOption: true, describe: "pin file to write, or to check; relative to where you are" })
    .option("file", { type: "string", array: true, default: [...guestPrograms], describe: "programs to pin; may be given more than once" })
    .option("path", { type: "string", default: "ic/{release}/binaries/x86_64-linux/{name}.gz", describe: "where a program lies below the base URL; .gz is unpacked" })
    .option("sums", { type: "string", default: "ic/{release}/binaries/x86_64-linux/SHA256SUMS", describe: "where the published sums lie; a release without them is pinned all the same" })
    .option("check", { type: "boolean", default: false, describe: "compare the file with what is published, and write nothing" })
    .example("$0 --base-url https://releases.example --release 0f1e2d3c --output ic/ic-release.json", "")
    .strict()
    .fail((message, error) => {
      throw error ?? new Failure(message, { exitCode: ExitCode.usage, hint: "pin --help" });
    })
    .parseAsync();
  const file = path.resolve(process.env["BUILD_WORKING_DIRECTORY"] ?? ".", flags.output);
  if (flags.check) {
    const pins = parsePinFile(read(file), flags.output);
    await checkPins(pins, flags.baseUrl ?? pins.baseUrl, log);
    return;
  }
  const { baseUrl, release } = flags;
  if (baseUrl === undefined || release === undefined) throw new Failure("expected --base-url and --release, or --check", { exitCode: ExitCode.usage, hint: "pin --help" });
  const text = formatPinFile(await pinRelease({ baseUrl, release, names: [...new Set(flags.file)], path: flags.path, sums: flags.sums }, log));
  // What would not be read is not written.
  parsePinFile(text, flags.output);
  writeFileAtomic(file, text);
  log(`wrote ${flags.output}`);
});

function read(file: string): string {
  try {
    return fs.readFileSync(file, "utf8");
  } catch (error) {
    throw new Failure(`${file}: cannot be read: ${(error as Error).message}`);
  }
}
