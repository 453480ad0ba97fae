import { ExitCode, Failure } from "../lib/failure.ts";

/** Says why `apt-get update` refused: a source that is not (rightly) signed or has expired is bad input, anything else is the host's or the mirror's trouble. */
export function refusal(error: unknown, options: { keyring: string }): unknown {
  if (!(error instanceof Failure)) return error;
  const lines = [...new Set([...error.message.matchAll(/^\s*(?:E:|W:|Err:\d+) (.*)$/gm)].map((match) => match[1] ?? ""))].filter((line) => line !== "");
  const text = lines.length > 0 ? lines.map((line) => `  - ${line}`).join("\n") : error.message;
  if (/Hash Sum mismatch|unexpected size/.test(error.message)) {
    return new Failure(`source refused: an index is not the one that its signed Release file describes\n${text}`, { exitCode: ExitCode.input, hint: "again in some minutes, if the mirror is just being updated; else another mirror: --mirror URL", cause: error });
  }
  if (/is expired \(invalid since|is not valid yet/.test(error.message)) {
    return new Failure(`source refused: its Release file has expired, or this machine's clock is wrong\n${text}`, { exitCode: ExitCode.input, hint: "a mirror that is up to date (--mirror URL); --allow-expired takes the old index anyway", cause: error });
  }
  if (/is not signed|NO_PUBKEY|BADSIG|EXPKEYSIG|REVKEYSIG|invalid signature|signatures? (were|was|couldn)|Missing key|no signature|not bound|NODATA|Clearsigned file/i.test(error.message)) {
    return new Failure(`source refused: it is not signed by a key of ${options.keyring}\n${text}`, { exitCode: ExitCode.input, hint: "the right keyring (--keyring FILE); --allow-unsigned takes the source unchecked", cause: error });
  }
  return new Failure(`the package indexes cannot be read\n${text}`, { exitCode: ExitCode.host, hint: "another mirror: --mirror URL", cause: error });
}
