import { z } from "zod";
import { KNOWN_VALUES, SECRET } from "./settings/formats.ts";
import { guestosConfig } from "./guestos-config.ts";

/** The part of JSON Schema that the schema uses. */
export interface SchemaNode {
  type?: string;
  description?: string;
  default?: unknown;
  const?: unknown;
  properties?: Record<string, SchemaNode>;
  required?: string[];
  items?: SchemaNode;
  anyOf?: SchemaNode[];
  [KNOWN_VALUES]?: string[];
  [SECRET]?: boolean;
}

let made: SchemaNode | undefined;

/** JSON Schema (draft 2020-12) of what may stand in config.json. */
export function guestosConfigJsonSchema(): SchemaNode {
  made ??= z.toJSONSchema(guestosConfig, { target: "draft-2020-12", io: "input" }) as SchemaNode;
  return made;
}

/** Text of guestos-config.schema.json. */
export function jsonSchemaText(): string {
  return `${JSON.stringify(guestosConfigJsonSchema(), null, 2)}\n`;
}
