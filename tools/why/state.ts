import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { writeFileAtomic } from "../lib/atomic.ts";
import type { Explanation } from "./reasons.ts";
import type { Snapshot } from "./snapshot.ts";

/** What is kept of the last build of a target. */
export interface State {
  /** A state of another version is no state. */
  version: 1;
  /** When it was taken: ISO 8601. */
  time: string;
  snapshot: Snapshot;
  hashes: Record<string, [string, string]>;
  /** Why that build was another one than the build before. */
  explanations: Explanation[];
}

/** The file that keeps the state of a target: one for each workspace and target. */
export function stateFile(workspace: string, label: string): string {
  const state = process.env["XDG_STATE_HOME"] ?? path.join(os.homedir(), ".local/state");
  const name = createHash("sha256").update(JSON.stringify([workspace, label])).digest("hex").slice(0, 16);
  return path.join(state, "rules_icos", "why", `${name}.json`);
}

/** The state, or undefined when there is none that can be read. */
export function readState(file: string): State | undefined {
  try {
    const state = JSON.parse(fs.readFileSync(file, "utf8")) as State;
    return state.version === 1 ? state : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a state for the next time. */
export function writeState(file: string, state: State): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  writeFileAtomic(file, JSON.stringify(state));
}
