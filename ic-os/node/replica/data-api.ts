import { Hono, type Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { State } from "./operation.ts";
import type { StateWriter } from "./state-writer.ts";

/** What the data API takes at most. */
export const dataLimits = { keyCharacters: 128, valueBytes: 64 * 1024, totalBytes: 16 * 1024 * 1024 };

/**
 * Keys and values over HTTP, so that a test can ask whether data survives: `PUT`, `GET` and `DELETE /_/data/KEY`, `GET /_/data` for the keys.
 * A change is answered when it is on the disk. `store` is undefined until the state is open.
 */
export function dataApi(store: () => { state: State; writer: StateWriter } | undefined): Hono {
  const app = new Hono();
  const opened = (context: Context): { state: State; writer: StateWriter } | Response => store() ?? context.text("the state is not open yet\n", 503);

  app.get("/", (context) => {
    const found = opened(context);
    return found instanceof Response ? found : context.json([...found.state.data.keys()].sort());
  });
  app.get("/:key", (context) => {
    const found = opened(context);
    if (found instanceof Response) return found;
    const value = found.state.data.get(context.req.param("key"));
    return value === undefined ? context.text("no such key\n", 404) : context.body(Uint8Array.from(value), 200, { "content-type": "application/octet-stream" });
  });
  const tooLarge = (context: Context): Response => context.text(`a value has at most ${dataLimits.valueBytes} bytes\n`, 413);
  app.put("/:key", bodyLimit({ maxSize: dataLimits.valueBytes, onError: tooLarge }), async (context) => {
    const found = opened(context);
    if (found instanceof Response) return found;
    const key = context.req.param("key");
    if (!validKey.test(key)) return context.text(`a key has 1 to ${dataLimits.keyCharacters} letters, digits, dots, hyphens and underscores\n`, 400);
    const value = new Uint8Array(await context.req.arrayBuffer());
    if (found.state.dataBytes + key.length + value.length > dataLimits.totalBytes) return context.text(`all data has at most ${dataLimits.totalBytes} bytes\n`, 507);
    return committed(context, found.writer.commit([["put", key, value]]));
  });
  app.delete("/:key", async (context) => {
    const found = opened(context);
    return found instanceof Response ? found : committed(context, found.writer.commit([["delete", context.req.param("key")]]));
  });
  return app;
}

const validKey = new RegExp(`^[A-Za-z0-9._-]{1,${dataLimits.keyCharacters}}$`);

async function committed(context: Context, commit: Promise<void>): Promise<Response> {
  try {
    await commit;
    return context.body(null, 204);
  } catch (error) {
    return context.text(`not kept: ${(error as Error).message}\n`, 507);
  }
}
