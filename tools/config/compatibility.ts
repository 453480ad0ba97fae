import { guestosConfigJsonSchema, type SchemaNode } from "./json-schema.ts";
import { jsonPath, shown, valueAt } from "./json-path.ts";
import { removedFields } from "./removed-fields.ts";
import { KNOWN_VALUES, SECRET } from "./settings/formats.ts";

type Path = readonly PropertyKey[];

/** What a document holds that this version does not know: kept, and told. Removed fields are told by name. */
export function compatibilityWarnings(document: unknown): string[] {
  const removed = Object.entries(removedFields).filter(([path]) => valueAt(document, path.split(".")) !== undefined);
  const warnings = removed.map(([path, was]) => `${path}: removed field (${was}): it has no effect, and its name is never used again`);
  visit(guestosConfigJsonSchema(), document, []);
  return warnings;

  function visit(node: SchemaNode, value: unknown, path: Path): void {
    const known = node[KNOWN_VALUES];
    if (known !== undefined && (typeof value === "string" || typeof value === "object") && !knows(known, variant(value))) {
      warnings.push(`${jsonPath(path)}: ${shown(value)} is unknown to this version, which knows ${known.join(", ")}: kept`);
      return;
    }
    if (Array.isArray(value)) return value.forEach((item, index) => node.items && visit(node.items, item, [...path, index]));
    if (typeof value !== "object" || value === null) return;
    const fields = alternatives(node).find(({ properties }) => properties !== undefined && (known === undefined || Object.hasOwn(properties, variant(value))))?.properties;
    if (fields === undefined) return;
    for (const [key, item] of Object.entries(value)) {
      const here = [...path, key];
      if (Object.hasOwn(fields, key)) visit(fields[key]!, item, here);
      else if (!Object.hasOwn(removedFields, here.join("."))) warnings.push(`${jsonPath(here)}: unknown field: kept`);
    }
  }
}

/** Whether a field's value must not be shown. */
export function isSecret(path: Path): boolean {
  let node: SchemaNode | undefined = guestosConfigJsonSchema();
  for (const key of path) {
    node = node && alternatives(node).find(({ properties }) => properties !== undefined && Object.hasOwn(properties, key))?.properties?.[String(key)];
    if (node?.[SECRET] === true) return true;
  }
  return false;
}

/** The shapes a value may have: those of a choice, or the node itself. */
function alternatives(node: SchemaNode): SchemaNode[] {
  return node.anyOf ?? [node];
}

/** The name of an enum value: the word itself, or the only key of an object that carries more. */
function variant(value: unknown): string {
  if (typeof value === "string") return value;
  return typeof value === "object" && value !== null ? (Object.keys(value)[0] ?? "") : "";
}

/** Words whose known values are all in lower case are read without regard to case. */
function knows(known: readonly string[], name: string): boolean {
  return known.includes(name) || known.includes(name.toLowerCase());
}
