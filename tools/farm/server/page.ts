import fs from "node:fs";
import path from "node:path";
import type { MiddlewareHandler } from "hono";
import { Refused } from "./refused.ts";

const types: Readonly<Record<string, string>> = { ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8" };

/** The farm's pages load nothing from elsewhere. Swagger UI and the terminal set styles on elements, and images inside style sheets. */
const policy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/** A page with a script and a style sheet of ours; `up` leads from the page to the farm's base URL, also behind a proxy with a path. */
export function page(title: string, up: string, name: string): { html: string; headers: Record<string, string> } {
  const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escape(title)}</title>
<link rel="stylesheet" href="${up}assets/${name}.css">
<div id="status" role="status"></div>
<main id="main"></main>
<script src="${up}assets/${name}.js"></script>
</html>
`;
  return { html, headers: { "content-security-policy": policy, "referrer-policy": "no-referrer" } };
}

/** Serves the scripts and style sheets that the build put into `folder`. */
export function assets(folder: string): MiddlewareHandler {
  const known = new Map(fs.readdirSync(folder).map((name) => [name, fs.readFileSync(path.join(folder, name))]));
  return async (c) => {
    const name = c.req.param("name") ?? "";
    const bytes = known.get(name);
    if (bytes === undefined) throw new Refused(404, `there is no ${JSON.stringify(name.slice(0, 100))} here`);
    return c.body(new Uint8Array(bytes), 200, { "content-type": types[path.extname(name)] ?? "application/octet-stream", "cache-control": "no-cache" });
  };
}

/** Text for HTML. */
export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
