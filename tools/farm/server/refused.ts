/** Status codes that the server answers refused requests with: RFC 9110, 507 is RFC 4918. */
export type RefusedStatus = 400 | 401 | 403 | 404 | 405 | 408 | 409 | 413 | 415 | 422 | 429 | 500 | 501 | 502 | 503 | 507;

/** A request that is not done, with the reason the client reads. */
export class Refused extends Error {
  readonly status: RefusedStatus;
  /** What to do about it. */
  readonly hint: string | undefined;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;

  constructor(status: RefusedStatus, message: string, options: { hint?: string; retryable?: boolean; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = "Refused";
    this.status = status;
    this.hint = options.hint;
    this.retryable = options.retryable ?? (status >= 500 || status === 429 || status === 408);
  }
}

/** The refusal that an error stands for: a full disk is no bug of the server's. */
export function asRefused(error: unknown): Refused | undefined {
  if (error instanceof Refused) return error;
  if (isDiskFull(error)) return new Refused(507, "the farm's disk is full", { hint: "delete groups that are no longer used, or ask the farm's operator for space", cause: error });
  return undefined;
}

/** True for an error of the file system, of SQLite or of a program that says there is no space. */
export function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, errcode } = error as NodeJS.ErrnoException & { errcode?: number };
  // 13 is SQLITE_FULL.
  if (code === "ENOSPC" || code === "EDQUOT" || errcode === 13) return true;
  return /No space left on device|Disk quota exceeded/.test(error.message) || isDiskFull(error.cause);
}
