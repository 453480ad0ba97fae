import { z } from "zod";

/**
 * Body of every refusal of our server, as `application/json`. A farm of another make sends any text: a client shows `message` when the body is
 * this, and the start of the body otherwise.
 */
export const refusal = z.object({
  /** What was refused and why: expected against got, all problems at once. */
  message: z.string(),
  /** What to do about it. */
  hint: z.string().optional(),
});
export type Refusal = z.infer<typeof refusal>;

/**
 * Header of our server's refusals: `false` says that the same request will be refused again. Clients otherwise try all but 404 again until their
 * time is over, as for any other farm.
 */
export const retryableHeader = "icos-farm-retryable";
