import { createRoute, OpenAPIHono, type RouteConfig } from "@hono/zod-openapi";
import type { HttpBindings } from "@hono/node-server";
import { z } from "zod";
import { groupName, sha256Hex, ttlSeconds, vmName } from "../wire/names.ts";
import { refusal } from "../wire/refusal.ts";
import { badRequest } from "./answer-error.ts";
import { Refused } from "./refused.ts";

/** A part of the API. A request that does not have the described shape is refused before its handler runs. */
export function api(): OpenAPIHono<{ Bindings: HttpBindings }> {
  return new OpenAPIHono<{ Bindings: HttpBindings }>({
    defaultHook: (result) => {
      if (!result.success) throw badRequest(result.target, result.error);
    },
  });
}

/** Parameters in paths. */
export const params = {
  group: z.object({ group: groupName }),
  vm: z.object({ group: groupName, vm: vmName }),
  ttl: z.object({ group: groupName, ttl: z.string().regex(/^\d{1,10}$/, "expected a number of seconds").transform(Number).pipe(ttlSeconds) }),
  file: z.object({ group: groupName, sha256: sha256Hex }),
};

/** What every operation may answer beside its success. */
export const refusals = { default: { description: "refused; the body says why", content: { "application/json": { schema: refusal } } } } as const;

/** A successful answer without a body of interest: an empty object, for clients that expect JSON. */
export const done = { 200: { description: "done", content: { "application/json": { schema: z.object({}) } } }, ...refusals } as const;

/** A successful answer of this shape. */
export function answer<S extends z.ZodType>(description: string, schema: S) {
  return { 200: { description, content: { "application/json": { schema } } }, ...refusals } as const;
}

/** A JSON body of this shape; the request is refused without it. */
export function jsonBody<S extends z.ZodType>(schema: S) {
  return { required: true, content: { "application/json": { schema } } } as const;
}

/** Describes an operation. One with a JSON body refuses other content types: they would look like an empty body. */
export function operation<const R extends RouteConfig>(config: R) {
  const wantsJson = config.request?.body?.content["application/json"] !== undefined;
  const middleware = wantsJson ? [requireJson] : [];
  return createRoute({ ...config, middleware });
}

async function requireJson(c: { req: { header(name: string): string | undefined } }, next: () => Promise<void>): Promise<void> {
  const type = c.req.header("content-type") ?? "";
  if (!/^application\/([a-z.-]+\+)?json\b/i.test(type)) throw new Refused(415, `expected Content-Type application/json, got ${JSON.stringify(type.slice(0, 200))}`);
  await next();
}

/** Parameters of a route that the framework does not check, checked the same way. */
export function checked<S extends z.ZodType>(schema: S, values: unknown): z.infer<S> {
  const result = schema.safeParse(values);
  if (!result.success) throw badRequest("param", result.error);
  return result.data;
}
