import { spawn } from "node:child_process";
import { once } from "node:events";
import { ExitCode, Failure } from "../../tools/lib/failure.ts";

const BUSY = 75;

/**
 * Makes sure that one manageboot at a time changes anything. The lock is flock(2)'s, held by a child that ends with us, however we end:
 * none is left behind. (Node has no call for it.)
 */
export async function withLock<Result>(file: string, body: () => Promise<Result>): Promise<Result> {
  const holder = spawn("flock", ["--nonblock", "--conflict-exit-code", String(BUSY), file, "sh", "-c", "echo held; exec cat >/dev/null"], { stdio: ["pipe", "pipe", "inherit"] });
  const gone = once(holder, "exit") as Promise<[number | null]>;
  const answer = await Promise.race([once(holder.stdout, "data").then(() => "held" as const), gone.then(([code]) => code)]);
  if (answer !== "held") {
    if (answer === BUSY) throw new Failure("another manageboot is at work; wait until it is done", { exitCode: ExitCode.host, hint: `fuser -v ${file}` });
    throw new Failure(`${file}: cannot be locked: flock ended with ${answer}`, { exitCode: ExitCode.host });
  }
  try {
    return await body();
  } finally {
    holder.stdin.end();
    await gone;
  }
}
