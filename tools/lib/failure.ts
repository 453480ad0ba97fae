/** Process exit codes that every tool of the project shares. Continuous integration retries only `timeout` and `refused`. */
export const ExitCode = {
  /** The command line was wrong. */
  usage: 2,
  /** This machine cannot do it (no KVM, no mirror, no free port). */
  host: 3,
  /** An input or an image is wrong. */
  input: 4,
  /** The guest failed. */
  guest: 5,
  /** A deadline passed. */
  timeout: 6,
  /** A farm refused the request. */
  refused: 7,
} as const;

/** An expected failure: shown to the user as its message and hint, without a stack trace. */
export class Failure extends Error {
  /** What the user can do about it: best a command to paste. */
  readonly hint: string | undefined;
  /** Exit code of the process; one of `ExitCode`. */
  readonly exitCode: number;

  constructor(message: string, options: { hint?: string; exitCode?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = "Failure";
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? ExitCode.input;
  }
}

/** Throws one Failure that lists every problem; does nothing when there is none. */
export function failOnProblems(subject: string, problems: readonly string[], options: { hint?: string; exitCode?: number } = {}): void {
  if (problems.length === 0) return;
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  throw new Failure(`${subject}: ${count}\n${problems.map((p) => `  - ${p}`).join("\n")}`, options);
}
