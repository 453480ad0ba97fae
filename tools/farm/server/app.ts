import { bodyLimit } from "hono/body-limit";
import { answerError } from "./answer-error.ts";
import type { Authorization } from "./authorization.ts";
import { consoleRoutes } from "./console-routes.ts";
import type { Consoles } from "./consoles.ts";
import { dnsRoutes } from "./dns-routes.ts";
import type { Farm } from "./farm.ts";
import { fileRoutes } from "./file-routes.ts";
import { groupRoutes } from "./group-routes.ts";
import { loginPage, loginRoutes } from "./login.ts";
import { Metrics } from "./metrics.ts";
import { assets, page } from "./page.ts";
import { Refused } from "./refused.ts";
import { api } from "./route.ts";
import { vmRoutes } from "./vm-routes.ts";

/** The most bytes of a body that is no upload. */
const MOST_JSON = 1024 * 1024;

/** The HTTP API with its description, its pages and its metrics. `web`: folder of the pages' scripts and style sheets. */
export function createApp(farm: Farm, consoles: Consoles, authorization: Authorization, web: string) {
  const app = api();
  const metrics = new Metrics(farm);
  app.onError((error, c) => {
    const wantsPage = error instanceof Refused && error.status === 401 && c.req.method === "GET" && (c.req.header("accept") ?? "").includes("text/html");
    return wantsPage ? c.html(loginPage(c.req.path), 401) : answerError(error, c);
  });
  app.notFound((c) => answerError(new Refused(404, `there is no ${c.req.method} ${JSON.stringify(c.req.path.slice(0, 200))}`, { hint: "GET /swagger-ui shows what there is" }), c));
  app.use(metrics.middleware());
  const limit = bodyLimit({ maxSize: MOST_JSON, onError: () => { throw new Refused(413, `the body has more than ${MOST_JSON} bytes`); } });
  app.use((c, next) => (isUpload(c.req.method, c.req.path) ? next() : limit(c, next)));
  app.route("/", loginRoutes(authorization));
  app.use(authorization.middleware());
  for (const routes of [groupRoutes(farm), vmRoutes(farm), fileRoutes(farm), consoleRoutes(consoles), dnsRoutes()]) app.route("/", routes);
  app.get("/metrics", async (c) => c.body(await metrics.registry.metrics(), 200, { "content-type": metrics.registry.contentType }));
  app.doc31("/openapi.json", {
    openapi: "3.1.0",
    info: { title: "Farm", version: "1", description: "VMs in groups that end by themselves. docs/farm.md of rules_icos describes the server." },
    ...(authorization.required ? { security: [{ token: [] }] } : {}),
  });
  app.openAPIRegistry.registerComponent("securitySchemes", "token", { type: "http", scheme: "bearer" });
  app.get("/swagger-ui", (c) => {
    const { html, headers } = page("Farm", "", "swagger");
    return c.html(html, 200, headers);
  });
  app.get("/swagger-ui/", (c) => c.redirect("../swagger-ui"));
  app.get("/", (c) => c.redirect("swagger-ui"));
  app.get("/assets/:name", assets(web));
  return app;
}

function isUpload(method: string, path: string): boolean {
  return method === "POST" && /^\/group\/[^/]+\/file$/.test(path);
}
