/** A file that a spawn read or wrote. */
export interface LoggedFile {
  /** Path below the execution root. */
  path: string;
  /** Hash of the content, in hexadecimal; empty for an empty file. */
  hash: string;
  /** Bytes. */
  size: number;
}

/** A process that Bazel ran, or whose result it took from a cache. */
export interface Spawn {
  /** Label of the target, in canonical form: `//pkg:name`, or `@@repository//pkg:name`. */
  label: string;
  mnemonic: string;
  /** Who ran it: `linux-sandbox`, `remote`, `local`; `disk cache hit` or `remote cache hit` when nobody did. */
  runner: string;
  cacheHit: boolean;
  exitCode: number;
  args: string[];
  environment: Record<string, string>;
  outputs: LoggedFile[];
  /** Every file it could read, a folder by its files. Worked out when asked for. */
  inputs(): LoggedFile[];
}
