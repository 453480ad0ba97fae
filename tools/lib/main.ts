import { Failure } from "./failure.ts";
import { removeUnfinished } from "./atomic.ts";

/**
 * Runs a command-line tool: prints an expected failure without a stack trace, sets the exit code, removes unfinished files. A tool with `ownSignals`
 * listens to SIGINT and SIGTERM itself.
 */
export async function runMain(tool: string, main: () => Promise<void> | void, options: { ownSignals?: boolean } = {}): Promise<void> {
  for (const signal of options.ownSignals === true ? [] : (["SIGINT", "SIGTERM"] as const)) {
    // A second signal takes Node's default and ends the process at once.
    process.once(signal, () => {
      removeUnfinished();
      process.kill(process.pid, signal);
    });
  }
  try {
    await main();
  } catch (error) {
    removeUnfinished();
    process.exitCode = report(tool, error);
  }
}

function report(tool: string, error: unknown): number {
  if (error instanceof Failure) {
    process.stderr.write(`${tool}: ${error.message}\n`);
    if (error.hint !== undefined) process.stderr.write(`  Try: ${error.hint}\n`);
    return error.exitCode;
  }
  process.stderr.write(`${tool}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return 1;
}
