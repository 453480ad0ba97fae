import type { Facts } from "./snapshot.ts";

/** Fields after the name of passwd(5), group(5), shadow(5) and gshadow(5). */
export const accountFiles: ReadonlyMap<string, readonly string[]> = new Map([
  ["etc/passwd", ["password", "uid", "gid", "comment", "home", "shell"]],
  ["etc/group", ["password", "gid", "members"]],
  ["etc/shadow", ["password", "changed", "minimum", "maximum", "warning", "inactive", "expires", "reserved"]],
  ["etc/gshadow", ["password", "administrators", "members"]],
]);

/** The lines of an account file by name, each with its fields: their order means nothing. */
export function accountRecords(file: string, text: string): Map<string, Facts> {
  const fields = accountFiles.get(file)!;
  return new Map(
    lines(text).map(([name = "", ...values]) => [name, Object.fromEntries(fields.map((field, index) => [field, values[index] ?? ""]))]),
  );
}

/** Names by number, of /etc/passwd or /etc/group: the first line wins, as in getpwuid(3). */
export function namesOf(text: string): Map<number, string> {
  return new Map(
    lines(text)
      .map(([name = "", , number = ""]) => [Number(number), name] as const)
      .reverse(),
  );
}

function lines(text: string): string[][] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split(":"));
}
