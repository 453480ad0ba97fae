import { guestosConfigJsonSchema, type SchemaNode } from "./json-schema.ts";
import { KNOWN_VALUES } from "./settings/formats.ts";

/** Lines of docs/config.md between which the table stands. */
export const tableMarks = { begin: "<!-- fields: begin -->", end: "<!-- fields: end -->" } as const;

/** The table of all fields, in Markdown. */
export function referenceTable(): string {
  const lines = ["| Field | Type | Default | Meaning |", "|---|---|---|---|"];
  rows(guestosConfigJsonSchema(), "", (row) => lines.push(`| ${row.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`));
  return lines.join("\n");
}

/** The document with its table replaced by the current one. */
export function withCurrentTable(document: string): string {
  const [before, rest] = split(document, tableMarks.begin);
  const [, after] = split(rest, tableMarks.end);
  return `${before}${tableMarks.begin}\n\n${referenceTable()}\n\n${tableMarks.end}${after}`;
}

function split(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  if (at < 0) throw new Error(`expected the line ${mark}`);
  return [text.slice(0, at), text.slice(at + mark.length)];
}

/** Fields of a node. Those of an enum value are the values themselves: a choice. */
function rows(node: SchemaNode, prefix: string, add: (row: string[]) => void, choice = false): void {
  for (const [name, field] of Object.entries(node.properties ?? {})) {
    const path = `${prefix}${name}`;
    add([`\`${path}\``, typeOf(field), choice ? "a choice" : defaultOf(field, node.required?.includes(name) === true), field.description ?? ""]);
    for (const shape of field.anyOf ?? [field]) rows(shape, `${path}.`, add, field[KNOWN_VALUES] !== undefined);
  }
}

function defaultOf(field: SchemaNode, required: boolean): string {
  return required ? "required" : `\`${JSON.stringify(field.default ?? null)}\``;
}

function typeOf(field: SchemaNode): string {
  const known = field[KNOWN_VALUES];
  if (known !== undefined) return known.map((value) => `\`${value}\``).join(", ");
  if (field.anyOf !== undefined) return field.anyOf.map(typeOf).join(" or ");
  if (field.type === "array") return `list of ${field.items === undefined ? "anything" : typeOf(field.items)}`;
  return field.type === "integer" ? "whole number" : (field.type ?? "anything");
}
