import { jsonPath } from "./json-path.ts";

/** No document is nested this deep; readers that recurse stay safe. */
const MAX_DEPTH = 32;

/** What JSON allows but some reader of the document would change or trip over: in the guest they are jq and shell scripts. */
export function jsonHazards(document: unknown): string[] {
  const problems: string[] = [];
  visit(document, []);
  return problems;

  function visit(value: unknown, path: readonly PropertyKey[]): void {
    if (typeof value === "string") checkText(value, path);
    else if (typeof value === "number") checkNumber(value, path);
    if (typeof value !== "object" || value === null) return;
    if (path.length >= MAX_DEPTH) {
      problems.push(`${jsonPath(path.slice(0, 4))}...: expected at most ${MAX_DEPTH} levels, got more`);
      return;
    }
    if (Array.isArray(value)) return value.forEach((item, index) => visit(item, [...path, index]));
    for (const [key, item] of Object.entries(value)) {
      // JavaScript and libraries give this name another meaning; no field ever has it.
      if (key === "__proto__") problems.push(`${jsonPath([...path, key])}: expected no field of this name`);
      else {
        checkText(key, [...path, key]);
        visit(item, [...path, key]);
      }
    }
  }

  function checkText(text: string, path: readonly PropertyKey[]): void {
    if (/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(text)) problems.push(`${jsonPath(path)}: expected no control characters, got some`);
    else if (!text.isWellFormed()) problems.push(`${jsonPath(path)}: expected Unicode, got half of a surrogate pair`);
  }

  function checkNumber(value: number, path: readonly PropertyKey[]): void {
    if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value))) problems.push(`${jsonPath(path)}: expected a number that is exact in every reader, up to 2^53 - 1, got a larger one`);
  }
}
