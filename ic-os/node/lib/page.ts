import { html, raw } from "hono/html";
import { notice } from "./notice.ts";

/** A value in a table of a page. */
export type Cell = string | number | boolean | null | undefined;

/** A page of tables, by heading. All text is escaped. */
export function page(title: string, tables: Readonly<Record<string, readonly (readonly Cell[])[]>>): ReturnType<typeof html> {
  const sections = Object.entries(tables).map(
    ([heading, rows]) => html`<h2>${heading}</h2>
        <table>
          ${rows.map((cells) => html`<tr>${cells.map((cell) => html`<td>${cell === null || cell === undefined ? "–" : String(cell)}</td>`)}</tr>`)}
        </table>`,
  );
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="refresh" content="5" />
        <title>${title}</title>
        <style>
          ${raw(style)}
        </style>
      </head>
      <body>
        <h1>${title}</h1>
        <p class="notice">${notice}</p>
        ${sections}
      </body>
    </html>`;
}

const style = `body { font: 15px/1.5 sans-serif; margin: 2em auto; max-width: 60em; padding: 0 1em; }
.notice { background: #fff3cd; border: 1px solid #e0c36a; padding: .6em 1em; }
table { border-collapse: collapse; } td { border-bottom: 1px solid #ddd; padding: .2em 1.5em .2em 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }`;
