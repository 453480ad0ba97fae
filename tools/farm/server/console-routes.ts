import { upgradeWebSocket } from "@hono/node-server";
import { z } from "zod";
import { followConsole } from "./console-view.ts";
import { readLog, type Consoles } from "./consoles.ts";
import { page } from "./page.ts";
import { api, checked, operation, params, refusals } from "./route.ts";

const tags = ["console"];
const from = z.object({ from: z.string().regex(/^\d{1,15}$/, "expected a number of bytes").transform(Number).default(0) });

const show = operation({
  method: "get",
  path: "/group/{group}/vm/{vm}/console/",
  tags,
  summary: "A VM's serial console, for a browser",
  request: { params: params.vm },
  responses: { 200: { description: "a page", content: { "text/html": { schema: z.string() } } }, ...refusals },
});
const log = operation({
  method: "get",
  path: "/group/{group}/vm/{vm}/console/log",
  tags,
  summary: "What a VM wrote on its serial console, from a byte on (extension)",
  request: { params: params.vm, query: from },
  responses: { 200: { description: "the text as it came", content: { "text/plain": { schema: z.string() } } }, ...refusals },
});

/** The most that waits for a slow viewer. */
const MOST_WAITING = 1024 * 1024;

/** The serial console: a page, its WebSocket, and the plain text. */
export function consoleRoutes(consoles: Consoles) {
  const routes = api();
  // Relative: behind a proxy the path may begin with more.
  routes.get("/group/:group/vm/:vm/console", (c) => c.redirect("console/"));
  routes.get(
    "/group/:group/vm/:vm/console/socket",
    upgradeWebSocket((c) => {
      const { group, vm, from: start } = checked(params.vm.extend(from.shape), { ...c.req.param(), ...c.req.query() });
      const { id, file } = consoles.log(group, vm);
      let stop = (): void => undefined;
      return {
        onOpen: (_event, socket) => {
          const raw = socket.raw as { bufferedAmount?: number } | undefined;
          stop = followConsole(file, start, {
            show: (bytes) => socket.send(new Uint8Array(bytes)),
            ready: () => (raw?.bufferedAmount ?? 0) < MOST_WAITING,
            gone: () => socket.close(4404, "the VM is gone"),
          });
        },
        onMessage: ({ data }) => void (typeof data === "string" && consoles.type(id, data)),
        onClose: () => stop(),
        onError: () => stop(),
      };
    }),
  );
  routes.openAPIRegistry.registerPath(log);
  routes.get("/group/:group/vm/:vm/console/log", (c) => {
    const { group, vm, from: start } = checked(params.vm.extend(from.shape), { ...c.req.param(), ...c.req.query() });
    return new Response(readLog(consoles.log(group, vm).file, start), { headers: { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" } });
  });
  return routes.openapi(show, (c) => {
    const { group, vm } = c.req.valid("param");
    consoles.log(group, vm);
    const { html, headers } = page(`${vm} of ${group}`, "../../../../../", "console");
    return c.html(html, 200, headers);
  });
}
