/**
 * A test for paths that are left out of an image.
 *
 * A pattern is an absolute path with `*` (within one folder), `**` (across folders), `?` and `{a,b}`. It also covers everything below what it
 * names. A pattern that starts with `!` keeps what others would drop.
 */
export function excluder(patterns: readonly string[]): (path: string) => boolean {
  const drop = anyOf(patterns.filter((pattern) => !pattern.startsWith("!")));
  const keep = anyOf(patterns.filter((pattern) => pattern.startsWith("!")).map((pattern) => pattern.slice(1)));
  return (path) => drop !== undefined && drop.test(path) && keep?.test(path) !== true;
}

function anyOf(patterns: readonly string[]): RegExp | undefined {
  if (patterns.length === 0) return undefined;
  return new RegExp(`^(?:${patterns.map(source).join("|")})(?:/|$)`);
}

/** The pattern as the source of a regular expression over paths without leading slash. */
function source(pattern: string): string {
  return pattern.replace(/^\//, "").replace(/\*\*\/|\*\*|[*?{},]|[.+^$()|[\]\\]/g, (token) => translations[token] ?? `\\${token}`);
}

const translations: Readonly<Record<string, string>> = {
  "**/": "(?:.*/)?",
  "**": ".*",
  "*": "[^/]*",
  "?": "[^/]",
  "{": "(?:",
  "}": ")",
  ",": "|",
};
