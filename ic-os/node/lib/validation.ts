import type { z } from "zod";
import { failOnProblems } from "../../../tools/lib/failure.ts";

/** Checks external data against a schema. The failure names every bad field by its path, with what was found there. */
export function validated<T>(schema: z.ZodType<T>, data: unknown, subject: string, hint?: string): T {
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  failOnProblems(subject, result.error.issues.map(problem), hint === undefined ? {} : { hint });
  throw new Error("unreachable: a failed parse has issues");
}

function problem(issue: z.core.$ZodIssue): string {
  return `${fieldPath(issue.path)}: ${issue.message}`;
}

function fieldPath(path: readonly PropertyKey[]): string {
  if (path.length === 0) return "(the document)";
  return path.map((key, index) => (typeof key === "number" ? `[${key}]` : `${index === 0 ? "" : "."}${String(key)}`)).join("");
}
