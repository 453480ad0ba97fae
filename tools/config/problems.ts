import type { z } from "zod";
import { jsonPath, shown, valueAt } from "./json-path.ts";

type Issue = z.core.$ZodIssue;

/** Every mismatch as `path: expected ..., got ...`. Values at paths that `isSecret` names are not shown. */
export function problemsOf(error: z.ZodError, document: unknown, isSecret: (path: readonly PropertyKey[]) => boolean): string[] {
  const lines = error.issues.flatMap(resolved).map((issue) => {
    const got = isSecret(issue.path) ? "something else (not shown)" : shown(valueAt(document, issue.path));
    return `${jsonPath(issue.path)}: ${expectation(issue)}, got ${got}`;
  });
  // A pattern and a refinement of one field say the same.
  return [...new Set(lines)];
}

/** Of a choice, the mismatches of the alternative that was meant: the one that failed deepest inside. */
function resolved(issue: Issue): Issue[] {
  if (issue.code !== "invalid_union") return [issue];
  const depth = (issues: Issue[]): number => Math.max(...issues.map(({ path }) => path.length));
  const inside = issue.errors.map((issues) => issues.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })));
  const meant = inside.filter((issues) => depth(issues) > issue.path.length).sort((a, b) => depth(b) - depth(a))[0];
  return meant?.flatMap(resolved) ?? [issue];
}

function expectation(issue: Issue): string {
  if (issue.message.startsWith("expected")) return issue.message;
  if (issue.code === "invalid_type") return `expected ${issue.expected === "object" ? "an object" : issue.expected === "array" ? "an array" : `a ${issue.expected}`}`;
  if (issue.code === "unrecognized_keys") return `expected no other field, such as ${issue.keys.map((key) => JSON.stringify(key)).join(", ")}`;
  return issue.message.replace(/^./, (first) => first.toLowerCase());
}
