import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Writable } from "node:stream";
import { ExitCode, Failure } from "./failure.ts";
import { pasteable } from "./pasteable.ts";

/** How to run a program of an image stage. */
export interface ProgramOptions {
  /** The whole environment of the program: nothing of this process's reaches it. */
  env: Readonly<Record<string, string>>;
  /** What it reads from stdin, piece by piece; nothing without it. The next piece is asked for when this one is written, so its memory may be used again. */
  input?: Iterable<Uint8Array>;
  /** What to do with its stdout, piece by piece, or the descriptor of a file that takes it; without it, stdout is shown when the program fails. */
  output?: ((piece: Buffer) => void) | number;
}

/**
 * Runs a program without a shell, and fails with its command and what it printed. The `exec` of image stages: a build starts two dozen of them,
 * and loading execa costs each more than most of its work takes. Programs for people have `exec`.
 */
export async function runProgram(program: string, args: readonly string[], options: ProgramOptions): Promise<void> {
  const { output } = options;
  const child = spawn(program, args, { env: options.env, stdio: ["pipe", typeof output === "number" ? output : "pipe", "pipe"] });
  const printed: Buffer[] = [];
  child.stderr!.on("data", (piece: Buffer) => printed.push(piece));
  child.stdout?.on("data", typeof output === "function" ? output : (piece: Buffer) => printed.push(piece));
  // A program that ends early closes the pipe; its exit code says why.
  child.stdin!.on("error", () => undefined);
  const ended = once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>;
  const fed = feed(child.stdin!, options.input ?? []).catch((error: unknown) => {
    child.kill();
    return error;
  });
  const how = await ended.then(
    ([code, signal]) => (code === 0 ? undefined : (signal ?? `exit ${code}`)),
    (error: unknown) => (error as Error).message,
  );
  const inputError = await fed;
  if (inputError !== undefined) throw inputError;
  if (how === undefined) return;
  const text = Buffer.concat(printed).toString().trim();
  throw new Failure(`${how}: ${pasteable(program, args)}${text === "" ? "" : `\n${text.replace(/^/gm, "    ")}`}`, { exitCode: ExitCode.input });
}

/** Writes no faster than the program reads, so that an image is never whole in memory. */
async function feed(stdin: Writable, input: Iterable<Uint8Array>): Promise<undefined> {
  const closed = new Promise((resolve) => stdin.once("close", resolve));
  for (const piece of input) {
    if (stdin.destroyed) break;
    await Promise.race([new Promise((resolve) => stdin.write(piece, resolve)), closed]);
  }
  stdin.end();
  return undefined;
}
