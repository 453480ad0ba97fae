import { jsonSchemaText } from "./json-schema.ts";
import { withCurrentTable } from "./reference-table.ts";

/** Files of the source tree that are made from the schema: how each follows from what it holds now. */
export const docsFiles: Readonly<Record<string, (now: string) => string>> = {
  "docs/config.md": withCurrentTable,
  "tools/config/guestos-config.schema.json": jsonSchemaText,
};

/** The command that brings them up to date. */
export const updateCommand = "bazel run //tools/config:update_docs";
