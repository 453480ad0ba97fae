import fs from "node:fs";
import yargs from "yargs";
import { writeFileAtomic } from "../../lib/atomic.ts";
import { ExitCode, Failure } from "../../lib/failure.ts";
import { runMain } from "../../lib/main.ts";
import { parsePartitionTable } from "./csv.ts";
import { requireSize } from "./size.ts";

await runMain("partition_table", () => {
  const args = yargs(process.argv.slice(2))
    .scriptName("partition_table")
    .usage("$0 --csv FILE --disk-guid GUID --disk-size SIZE --out FILE\n\nChecks a partitions.csv and writes it as JSON.")
    .example("$0 --csv partitions.csv --disk-guid 0f2c… --disk-size 50G --out table.json", "")
    .option("csv", { type: "string", demandOption: true, describe: "partitions.csv" })
    .option("disk-guid", { type: "string", demandOption: true, describe: "GUID of the disk" })
    .option("disk-size", { type: "string", demandOption: true, describe: "nominal size of the disk, such as 50G" })
    .option("out", { type: "string", demandOption: true, describe: "JSON file to write" })
    .strict()
    .fail((message, error) => {
      throw error ?? new Failure(message, { exitCode: ExitCode.usage, hint: "partition_table --help" });
    })
    .parseSync();
  const diskBytes = requireSize("--disk-size", args.diskSize);
  const table = parsePartitionTable(fs.readFileSync(args.csv, "utf8"), { file: args.csv, diskGuid: args.diskGuid, diskBytes });
  writeFileAtomic(args.out, `${JSON.stringify(table, null, 2)}\n`);
});
