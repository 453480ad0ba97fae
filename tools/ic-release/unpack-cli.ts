import fs from "node:fs";
import { pipeline } from "node:stream/promises";
import zlib from "node:zlib";
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { finish, unfinishedPath } from "../lib/atomic.ts";
import { ExitCode, Failure } from "../lib/failure.ts";
import { runMain } from "../lib/main.ts";

await runMain("unpack", async () => {
  const flags = await yargs(hideBin(process.argv))
    .scriptName("unpack")
    .usage("$0 --in FILE --out FILE\n\nUnpacks a gzipped program.")
    .option("in", { type: "string", demandOption: true, describe: "gzip file" })
    .option("out", { type: "string", demandOption: true, describe: "program to write, mode 0755" })
    .example("$0 --in replica.gz --out replica", "")
    .strict()
    .fail((message, error) => {
      throw error ?? new Failure(message, { exitCode: ExitCode.usage, hint: "unpack --help" });
    })
    .parseAsync();
  const temporary = unfinishedPath(flags.out);
  try {
    await pipeline(fs.createReadStream(flags.in), zlib.createGunzip(), fs.createWriteStream(temporary, { mode: 0o755 }));
  } catch (error) {
    throw new Failure(`${flags.in}: no gzip file, or a truncated one: ${(error as Error).message}`);
  }
  finish(temporary, flags.out);
});
