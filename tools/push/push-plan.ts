import { createHash } from "node:crypto";
import fs from "node:fs";
import { z } from "zod";

const planSchema = z.strictObject({
  /** Name of the extension in the guest. */
  name: z.string().regex(/^[a-z][a-z0-9-]*$/),
  /** Where the guest's services find the version of pushed programs. */
  versionPath: z.string(),
  /** File with the version of the build. */
  version: z.string(),
  /** Where each file goes. */
  files: z.array(z.strictObject({ source: z.string(), path: z.string().regex(/^\/(usr|opt)\//), mode: z.string().regex(/^0[0-7]{3}$/) })),
});

/** What the rule `vm_push` writes down. Sources are runfiles paths. */
export type PushPlan = z.infer<typeof planSchema>;

/** A file of this checkout, as it is to be in the guest. */
export interface BuiltFile {
  path: string;
  mode: number;
  content: Buffer;
  sha256: string;
}

/** Reads a plan. */
export function readPushPlan(file: string): PushPlan {
  return planSchema.parse(JSON.parse(fs.readFileSync(file, "utf8")));
}

/** Reads the plan's files. `located` gives the place of a runfiles path. */
export function builtFiles(plan: PushPlan, located: (runfile: string) => string): BuiltFile[] {
  return plan.files.map(({ source, path, mode }) => {
    const content = fs.readFileSync(located(source));
    return { path, mode: Number.parseInt(mode, 8), content, sha256: createHash("sha256").update(content).digest("hex") };
  });
}

/** Version that pushed programs report: that of the build, and what tells one push from another. */
export function pushedVersion(version: string, files: readonly BuiltFile[]): string {
  const sums = files.map(({ path, sha256 }) => `${path} ${sha256}\n`).sort();
  return `${version.trim()}+push.${createHash("sha256").update(sums.join("")).digest("hex").slice(0, 8)}`;
}
