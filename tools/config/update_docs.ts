import fs from "node:fs";
import path from "node:path";
import { writeFileAtomic } from "../lib/atomic.ts";
import { ExitCode, Failure } from "../lib/failure.ts";
import { log } from "../lib/log.ts";
import { runMain } from "../lib/main.ts";
import { docsFiles, updateCommand } from "./docs-files.ts";

await runMain("update_docs", () => {
  const top = process.env["BUILD_WORKSPACE_DIRECTORY"];
  if (top === undefined) throw new Failure("BUILD_WORKSPACE_DIRECTORY is not set: the source tree is not known", { exitCode: ExitCode.usage, hint: updateCommand });
  for (const [file, current] of Object.entries(docsFiles)) {
    const target = path.join(top, file);
    const now = fs.existsSync(target) ? fs.readFileSync(target, "utf8") : "";
    const wanted = current(now);
    if (wanted !== now) writeFileAtomic(target, wanted);
    log(`${file}: ${wanted === now ? "up to date" : "rewritten"}`);
  }
});
