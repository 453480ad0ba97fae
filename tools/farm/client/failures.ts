import { ExitCode, Failure } from "../../lib/failure.ts";

/** Why a request to a farm came to nothing. */
export type FarmFailureKind =
  /** Status 404: the group, VM or file is not there. Never tried again. */
  | "notFound"
  /** The farm says that trying again is of no use. */
  | "refused"
  /** The time for all attempts is over; the last one got a status that is no success. */
  | "tooManyRefusals"
  /** The time for all attempts is over; the last one got no answer. */
  | "noAnswer"
  /** The farm agreed, but what it said is not what it should have. */
  | "invalidAnswer";

const exitCodes: Record<FarmFailureKind, number> = {
  notFound: ExitCode.refused,
  refused: ExitCode.refused,
  tooManyRefusals: ExitCode.refused,
  noAnswer: ExitCode.timeout,
  invalidAnswer: ExitCode.refused,
};

/** A request to a farm or an artifact store that came to nothing. Exit code 6 when nothing was heard in time, 7 otherwise. */
export class FarmFailure extends Failure {
  readonly kind: FarmFailureKind;
  /** Status of the last answer, undefined when there was none. */
  readonly status: number | undefined;

  constructor(kind: FarmFailureKind, message: string, options: { status?: number | undefined; hint?: string | undefined; cause?: unknown } = {}) {
    super(message, { exitCode: exitCodes[kind], cause: options.cause, ...(options.hint === undefined ? {} : { hint: options.hint }) });
    this.name = "FarmFailure";
    this.kind = kind;
    this.status = options.status;
  }
}

/** True for the failure that says a thing is not there. */
export function isNotFound(error: unknown): error is FarmFailure {
  return error instanceof FarmFailure && error.kind === "notFound";
}
