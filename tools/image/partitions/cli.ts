import fs from "node:fs";
import { writeFileAtomic } from "../../lib/atomic.ts";
import { readFlags } from "../../lib/flags.ts";
import { runMain } from "../../lib/main.ts";
import { parsePartitionTable } from "./csv.ts";
import { requireSize } from "./size.ts";

await runMain("partition_table", async () => {
  const flags = await readFlags({
    name: "partition_table",
    usage: "$0 --csv partitions.csv --disk-guid 0f2c… --disk-size 50G --out table.json\n\nChecks a partitions.csv and writes it as JSON.",
    flags: {
      csv: { type: "string", describe: "partitions.csv" },
      "disk-guid": { type: "string", describe: "GUID of the disk" },
      "disk-size": { type: "string", describe: "nominal size of the disk, such as 50G" },
      out: { type: "string", describe: "JSON file to write" },
    },
  });
  const diskBytes = requireSize("--disk-size", flags["disk-size"]);
  const table = parsePartitionTable(fs.readFileSync(flags.csv, "utf8"), { file: flags.csv, diskGuid: flags["disk-guid"], diskBytes });
  writeFileAtomic(flags.out, `${JSON.stringify(table, null, 2)}\n`);
});
