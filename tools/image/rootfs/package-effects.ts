import { failOnProblems } from "../../lib/failure.ts";
import type { LayerPackage } from "../layer/read-layers.ts";
import type { Accounts } from "./accounts.ts";
import { encodeCapabilities } from "./capabilities.ts";
import type { AccountTable } from "./table.ts";
import type { Tree } from "./tree.ts";

/** Does what the table says about the packages of the image: copies, permissions, file capabilities. */
export function applyPackageEffects(tree: Tree, accounts: Accounts, table: AccountTable, packages: readonly LayerPackage[]): void {
  const problems: string[] = [];
  for (const { name, postinst } of packages) {
    const effects = table.packages[name];
    if (effects === undefined) continue;
    for (const [path, text] of Object.entries(effects.files)) if (!tree.has(path.slice(1))) tree.file(path.slice(1), text);
    for (const [target, source] of Object.entries(effects.copies)) {
      const content = tree.get(source.slice(1))?.content;
      if (content === undefined) problems.push(`${name}: no file ${source} to copy to ${target}`);
      else if (!tree.has(target.slice(1))) tree.file(target.slice(1), content);
    }
    for (const [path, text] of Object.entries(effects.permissions)) {
      const [mode, user, group] = text.split(":");
      const [uid, gid] = [accounts.uid(user!), accounts.gid(group!)];
      const node = tree.get(path.slice(1));
      if (uid === undefined || gid === undefined) problems.push(`${name}: no user or group ${user}:${group} for ${path}`);
      else if (node === undefined) problems.push(`${name}: no ${path} to set permissions of`);
      else if (node.origin.kind !== "component") Object.assign(node, { mode: Number.parseInt(mode!, 8), uid, gid });
    }
    for (const [path, text] of /\bsetcap\s/.test(postinst) ? Object.entries(effects.capabilities) : []) {
      const node = tree.get(path.slice(1));
      if (node === undefined) problems.push(`${name}: no ${path} to give ${text}`);
      else node.xattrs = { ...node.xattrs, "security.capability": encodeCapabilities(text) };
    }
  }
  failOnProblems("effects of maintainer scripts", problems, { hint: `correct the package's entry in ${table.sources.join(" or ")}` });
}

/** Commands of a postinst whose effect cannot be seen in the package's files. */
const commands: readonly (readonly [name: string, use: RegExp])[] = [
  ["adduser", /\b(?:adduser|addgroup)\s+-/],
  ["useradd", /\b(?:useradd|groupadd|usermod)\s+-/],
  ["chown", /\b(?:chown|chgrp)\s/],
  ["dpkg-statoverride", /\bdpkg-statoverride\s.*--add\b/],
  ["setcap", /\bsetcap\s/],
  ["ucf", /\bucf\s+-?/],
];

/** Fails when a package's script uses a command that its entry in the table does not name: an update must not lose a step silently. */
export function checkReviewed(table: AccountTable, packages: readonly LayerPackage[]): void {
  const problems = packages.flatMap(({ name, postinst }) => {
    const code = postinst
      .split("\n")
      .filter((line) => !/^\s*#|command -v/.test(line))
      .join("\n");
    const reviewed = table.packages[name]?.reviewed ?? {};
    return commands
      .filter(([command, use]) => use.test(code) && !(command in reviewed))
      .map(([command]) => `${name}: its postinst calls ${command}`);
  });
  failOnProblems("maintainer scripts that nobody reviewed", problems, {
    hint: `read the script, then add the package with \`reviewed\` to ${table.sources.join(" or ")}`,
  });
}
