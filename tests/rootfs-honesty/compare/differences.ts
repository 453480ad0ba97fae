import type { Snapshot } from "./snapshot.ts";

/** One thing that is not the same in both systems. */
export interface Difference {
  /** Path without leading slash; `FILE:KEY` for a line of an account file or a package. */
  path: string;
  /** `missing` (only the reference has it), `extra` (only the merged system has it), or the aspect that differs. */
  kind: string;
  /** What the merged system has. */
  merged: string;
  /** What the reference has. */
  reference: string;
}

/** Everything that differs, byte-wise sorted by path. Of a path whose type differs, only the type is told. */
export function differences(merged: Snapshot, reference: Snapshot): Difference[] {
  const found: Difference[] = [];
  for (const path of [...new Set([...merged.keys(), ...reference.keys()])].sort()) {
    const [ours, theirs] = [merged.get(path), reference.get(path)];
    if (ours === undefined) found.push({ path, kind: "missing", merged: "", reference: text(theirs!) });
    else if (theirs === undefined) found.push({ path, kind: "extra", merged: text(ours), reference: "" });
    else {
      const aspects = ours["type"] !== theirs["type"] ? ["type"] : [...new Set([...Object.keys(ours), ...Object.keys(theirs)])];
      for (const kind of aspects)
        if (ours[kind] !== theirs[kind]) found.push({ path, kind, merged: ours[kind] ?? "none", reference: theirs[kind] ?? "none" });
    }
  }
  return found;
}

function text(facts: Readonly<Record<string, string>>): string {
  return Object.entries(facts)
    .map(([aspect, value]) => `${aspect} ${value}`)
    .join(", ");
}
