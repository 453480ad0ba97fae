import { isUtf8 } from "node:buffer";
import { compatibilityWarnings, isSecret } from "./compatibility.ts";
import { guestosConfig, type GuestosConfig } from "./guestos-config.ts";
import { jsonHazards } from "./json-hazards.ts";
import { valueAt } from "./json-path.ts";
import { problemsOf } from "./problems.ts";
import { checkVersion, versionForm } from "./version.ts";

/** Largest config.json: a real one has some kilobytes. */
export const MAX_CONFIG_BYTES = 1024 * 1024;

/** What is to be said about a document. */
export interface CheckedConfig {
  /** The document with all defaults, and with all it holds that this version does not know; undefined when there are problems. */
  config: GuestosConfig | undefined;
  /** What makes it unusable, one line a field: `path: expected ..., got ...`. */
  problems: string[];
  /** What this version does not know or no longer uses. */
  warnings: string[];
}

/** Checks a document that was parsed already, for instance one a program made. */
export function checkGuestosConfig(document: unknown): CheckedConfig {
  const parsed = guestosConfig.safeParse(document);
  const version = valueAt(document, ["config_version"]);
  const { problem, warning } = typeof version === "string" && versionForm.test(version) ? checkVersion(version) : {};
  const problems = [...(problem === undefined ? [] : [problem]), ...jsonHazards(document), ...(parsed.success ? [] : problemsOf(parsed.error, document, isSecret))];
  const warnings = [...(warning === undefined ? [] : [warning]), ...compatibilityWarnings(document)];
  return { config: problems.length === 0 ? parsed.data : undefined, problems, warnings };
}

/** Checks the bytes of a config.json. */
export function checkConfigText(bytes: Uint8Array): CheckedConfig {
  const failed = (problem: string): CheckedConfig => ({ config: undefined, problems: [problem], warnings: [] });
  if (bytes.length > MAX_CONFIG_BYTES) return failed(`expected at most ${MAX_CONFIG_BYTES} bytes, got ${bytes.length}`);
  if (!isUtf8(bytes)) return failed("expected UTF-8, got other bytes");
  let document: unknown;
  try {
    document = JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch (error) {
    return failed(`expected JSON, got a syntax error: ${withoutQuote((error as Error).message)}`);
  }
  return checkGuestosConfig(document);
}

/** The parser quotes the text around the error, which may be a key. */
function withoutQuote(message: string): string {
  return message.replace(/, (?:\.\.\.)?".*$/s, "");
}
