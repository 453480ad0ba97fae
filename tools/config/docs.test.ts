import fs from "node:fs";
import { expect, test } from "@jest/globals";
import { runfile } from "../lib/runfiles.ts";
import { docsFiles, updateCommand } from "./docs-files.ts";
import { guestosConfigJsonSchema, type SchemaNode } from "./json-schema.ts";
import { removedFields } from "./removed-fields.ts";

const places: Record<string, string | undefined> = { "docs/config.md": process.env["CONFIG_MD"], "tools/config/guestos-config.schema.json": process.env["CONFIG_SCHEMA"] };
const read = (file: string): string => fs.readFileSync(runfile(places[file]!), "utf8");

test.each(Object.entries(docsFiles))("%s is up to date", (file, current) => {
  const now = read(file);
  if (current(now) !== now) throw new Error(`${file} does not follow from the schema\n  Try: ${updateCommand}`);
});

test("no removed field is in use again, and the documentation names each", () => {
  const documented = read("docs/config.md");
  for (const removed of Object.keys(removedFields)) {
    expect(fieldAt(guestosConfigJsonSchema(), removed.split("."))).toBeUndefined();
    expect(documented).toContain(`\`${removed}\``);
  }
});

test("every field has a description", () => {
  const bare: string[] = [];
  visit(guestosConfigJsonSchema(), "", (path, field) => field.description ?? bare.push(path));
  expect(bare).toEqual([]);
});

function fieldAt(node: SchemaNode | undefined, path: readonly string[]): SchemaNode | undefined {
  return path.reduce((parent, key) => parent?.properties?.[key], node);
}

function visit(node: SchemaNode, prefix: string, see: (path: string, field: SchemaNode) => void): void {
  for (const [name, field] of Object.entries(node.properties ?? {})) {
    see(`${prefix}${name}`, field);
    for (const shape of field.anyOf ?? [field]) visit(shape, `${prefix}${name}.`, see);
  }
}
