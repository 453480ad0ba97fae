import fs from "node:fs";
import * as z from "zod";

/** Where guestos-health leaves what it finds. */
export const healthFolder = "/run/guestos-health";

const shape = z.object({
  healthy: z.boolean(),
  checks: z.array(z.object({ name: z.string(), outcome: z.enum(["passed", "failed", "skipped", "ignored"]), message: z.string() })),
});

/** What the health checks of the OS found. */
export type HealthReport = z.infer<typeof shape>;

/** The last report of guestos-health; null while there is none that can be read. */
export function readHealth(file: string): HealthReport | null {
  try {
    return shape.parse(JSON.parse(fs.readFileSync(file, "utf8")));
  } catch {
    return null;
  }
}
