import fs from "node:fs";
import type * as z from "zod";
import { failOnProblems } from "../../lib/failure.ts";

/** Reads a JSON file and checks its shape; every mismatch is reported with the path of its field. */
export function readRecipe<Schema extends z.ZodType>(schema: Schema, file: string): z.infer<Schema> {
  const result = schema.safeParse(parse(file));
  if (!result.success)
    failOnProblems(
      file,
      result.error.issues.map((issue) => `${issue.path.join(".") || "(top)"}: ${issue.message}`),
    );
  return result.data as z.infer<Schema>;
}

function parse(file: string): unknown {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8"));
  } catch (error) {
    failOnProblems(file, [`expected JSON: ${(error as Error).message}`]);
    return undefined;
  }
}
