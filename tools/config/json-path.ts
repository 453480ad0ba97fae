/** A field's path as jq writes it, without the first dot: `icos_settings.nns_urls[0]`. */
export function jsonPath(path: readonly PropertyKey[]): string {
  const text = path.map((key) => (typeof key === "number" ? `[${key}]` : /^\w+$/.test(String(key)) ? `.${String(key)}` : `[${JSON.stringify(shortened(String(key)))}]`)).join("");
  return text === "" ? "(top)" : text.replace(/^\./, "");
}

/** A value for a message: JSON of one short line. */
export function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? `an array of ${value.length}` : `an object with ${Object.keys(value).slice(0, 5).map((key) => JSON.stringify(shortened(key))).join(", ") || "no fields"}`;
  return typeof value === "string" ? JSON.stringify(shortened(value)) : String(value);
}

/** The value at a path; undefined when there is none. */
export function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (typeof value === "object" && value !== null && Object.hasOwn(value, key) ? (value as Record<PropertyKey, unknown>)[key] : undefined), document);
}

function shortened(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 60)}...`;
}
