import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { z } from "zod";
import { Failure } from "../../lib/failure.ts";
import { log } from "../../lib/log.ts";
import { retryableHeader, type Refusal } from "../wire/refusal.ts";
import { asRefused, Refused, type RefusedStatus } from "./refused.ts";

/** The answer to a request that failed: why, and whether to try again. What the server did not expect goes to its log, not to the client. */
export function answerError(error: unknown, c: Context): Response {
  const refused = asRefused(error) ?? fromHttp(error) ?? unexpected(error);
  if (refused.status === 500 || refused.cause instanceof Failure) log(`${c.req.method} ${c.req.path}: ${described(refused.cause ?? refused)}`);
  const body: Refusal = { message: refused.message, ...(refused.hint === undefined ? {} : { hint: refused.hint }) };
  c.header(retryableHeader, String(refused.retryable));
  if (refused.status === 401) c.header("www-authenticate", "Bearer");
  return c.json(body, refused.status);
}

/** The refusal for a request that does not have the expected shape: every problem with its place. */
export function badRequest(where: string, error: z.core.$ZodError): Refused {
  const problems = error.issues.map((issue) => `${[where, ...issue.path.map(String)].join(".")}: ${issue.message}`);
  return new Refused(400, problems.join("; "), { hint: "GET /swagger-ui shows what is expected" });
}

function fromHttp(error: unknown): Refused | undefined {
  if (!(error instanceof HTTPException)) return undefined;
  return new Refused(error.status as RefusedStatus, error.message, { cause: error.cause });
}

function unexpected(error: unknown): Refused {
  return new Refused(500, "the farm failed; its log says why", { cause: error });
}

function described(error: unknown): string {
  return error instanceof Error && !(error instanceof Failure) ? (error.stack ?? error.message) : String(error);
}
