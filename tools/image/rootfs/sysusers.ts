import { failOnProblems } from "../../lib/failure.ts";
import type { Accounts } from "./accounts.ts";
import { confFiles, confLines, words } from "./conf-files.ts";
import type { AccountTable } from "./table.ts";
import type { Tree } from "./tree.ts";

const NOLOGIN = "/usr/sbin/nologin";

/**
 * Makes the users and groups that packages and components declare in sysusers.d(5), and those that maintainer scripts make with adduser.
 * systemd-sysusers gives "-" the next free number, which depends on what else is installed; here it comes from the table, so that files of
 * one image version belong to the same users in the next.
 */
export function addSystemUsers(tree: Tree, accounts: Accounts, table: AccountTable, packages: readonly string[]): void {
  const problems: string[] = [];
  const unknown = (kind: "user" | "group", name: string, from: string): number => {
    problems.push(`${kind} ${name} (${from}) has no number`);
    return 0;
  };
  const ensureGroup = (name: string, from: string, gid?: number): number => {
    const existing = accounts.groups.get(name);
    if (existing !== undefined) return existing.gid;
    const number = gid ?? table.groups[name] ?? unknown("group", name, from);
    accounts.groups.set(name, { name, gid: number, members: [], password: "!*" });
    return number;
  };
  const ensureUser = (
    name: string,
    from: string,
    about: { id?: string; comment?: string; home?: string; shell?: string; expired?: boolean; group?: string } = {},
  ): void => {
    if (accounts.users.has(name)) return;
    const [uidText, groupText = about.group] = (about.id ?? "-").split(":");
    const fixed = /^\d+$/.test(uidText!) ? Number(uidText) : undefined;
    const uid = fixed ?? table.users[name] ?? unknown("user", name, from);
    const gid =
      groupText === undefined
        ? ensureGroup(name, from, table.groups[name] ?? uid)
        : (accounts.gid(groupText) ?? ensureGroup(groupText, from));
    accounts.users.set(name, {
      name,
      uid,
      gid,
      comment: about.comment ?? "",
      home: about.home ?? "/",
      shell: about.shell ?? NOLOGIN,
      password: "!*",
      ...(about.expired === true ? { expired: true } : {}),
    });
  };

  for (const file of confFiles(tree, "sysusers.d", ".conf")) {
    for (const line of confLines(tree, file)) {
      const [type = "", name = "", ...rest] = words(line);
      const [id, comment, home, shell] = rest.map((word) => (word === "-" || word === "" ? undefined : word));
      const from = `/${file}`;
      if (type.startsWith("u")) ensureUser(name, from, { ...defined({ id, comment, home, shell }), expired: type.includes("!") });
      else if (type === "g") ensureGroup(name, from, id === undefined || !/^\d+$/.test(id) ? undefined : Number(id));
      else if (type === "m" && id !== undefined) {
        ensureUser(name, from);
        ensureGroup(id, from);
        const { members } = accounts.groups.get(id)!;
        if (!members.includes(name)) members.push(name);
      } else if (type !== "r") problems.push(`/${file}: line "${line}" is not understood`);
    }
  }
  for (const name of packages) {
    for (const group of table.packages[name]?.groups ?? []) ensureGroup(group, `package ${name}`);
    for (const [user, about] of Object.entries(table.packages[name]?.users ?? {})) ensureUser(user, `package ${name}`, defined(about));
  }
  problems.push(
    ...shared(
      "user",
      [...accounts.users.values()].map(({ name, uid }) => [name, uid] as const),
    ),
  );
  problems.push(
    ...shared(
      "group",
      [...accounts.groups.values()].map(({ name, gid }) => [name, gid] as const),
    ),
  );
  failOnProblems("system users", problems, { hint: `give each a free number in ${table.sources.join(" or ")}` });
}

/** The object without its undefined fields. */
function defined<Fields extends Record<string, string | undefined>>(fields: Fields): { [Key in keyof Fields]?: string } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as { [Key in keyof Fields]?: string };
}

/** Names that share a number, other than those base-passwd gives. */
function shared(kind: string, numbers: readonly (readonly [string, number])[]): string[] {
  const first = new Map<number, string>();
  return numbers.flatMap(([name, number]) => {
    const other = first.get(number);
    first.set(number, name);
    return other === undefined || number === 0 ? [] : [`${kind}s ${other} and ${name} share number ${number}`];
  });
}
