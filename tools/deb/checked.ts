import type { z } from "zod";
import { Failure, failOnProblems } from "../lib/failure.ts";

/** Parses JSON, validates it by `schema` and then by `further` rules; one Failure lists every problem with its place. */
export function checked<T>(schema: z.ZodType<T>, text: string, file: string, further: (value: T) => string[]): T {
  const result = schema.safeParse(json(text, file));
  if (!result.success) {
    failOnProblems(
      file,
      result.error.issues.map((issue) => `${issue.path.join(".") || "(top)"}: ${issue.message}`),
    );
  }
  const value = result.data as T;
  failOnProblems(file, further(value));
  return value;
}

function json(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Failure(`${file}: not JSON: ${(error as Error).message}`);
  }
}
