import { sourceDateEpoch } from "../../lib/epoch.ts";
import type { Tree } from "./tree.ts";

/** A line of /etc/passwd. */
export interface User {
  name: string;
  uid: number;
  gid: number;
  comment: string;
  home: string;
  shell: string;
  /** Password field of /etc/shadow: `*` (base-passwd), `!*` (systemd-sysusers), or a hash. */
  password: string;
  /** Expired on 1970-01-02, so that not even a key logs in: `u!` of sysusers.d(5). */
  expired?: boolean;
}

/** A line of /etc/group. */
export interface Group {
  name: string;
  gid: number;
  members: string[];
  /** Password field of /etc/gshadow. */
  password: string;
}

/** Users and groups of the image, in the order of the files they end in. */
export class Accounts {
  readonly users = new Map<string, User>();
  readonly groups = new Map<string, Group>();

  /** Number of a user given by name or number. */
  uid(user: string): number | undefined {
    return /^\d+$/.test(user) ? Number(user) : this.users.get(user)?.uid;
  }

  /** Number of a group given by name or number. */
  gid(group: string): number | undefined {
    return /^\d+$/.test(group) ? Number(group) : this.groups.get(group)?.gid;
  }
}

/** The users and groups that every Debian system has: what base-passwd's maintainer script copies. */
export function baseAccounts(tree: Tree): Accounts {
  const accounts = new Accounts();
  for (const [name, , uid, gid, comment, home, shell] of records(tree.text("usr/share/base-passwd/passwd.master"))) {
    accounts.users.set(name!, {
      name: name!,
      uid: Number(uid),
      gid: Number(gid),
      comment: comment!,
      home: home!,
      shell: shell!,
      password: "*",
    });
  }
  for (const [name, , gid, members] of records(tree.text("usr/share/base-passwd/group.master"))) {
    accounts.groups.set(name!, { name: name!, gid: Number(gid), members: members === "" ? [] : members!.split(","), password: "*" });
  }
  return accounts;
}

/** Writes /etc/passwd, group, shadow and gshadow. `rootPasswordHash` empty leaves root without password login. */
export function writeAccounts(tree: Tree, accounts: Accounts, rootPasswordHash: string): void {
  const users = [...accounts.users.values()];
  const groups = [...accounts.groups.values()];
  const changed = Math.floor(sourceDateEpoch / 86400);
  const shadow = { mode: 0o640, gid: accounts.gid("shadow") ?? 0 };
  const shadowLine = (user: User): unknown[] => {
    const password = user.name === "root" && rootPasswordHash !== "" ? rootPasswordHash : user.password;
    return user.password === "*"
      ? [user.name, password, changed, 0, 99999, 7, "", "", ""]
      : [user.name, password, changed, "", "", "", "", user.expired === true ? 1 : "", ""];
  };
  tree.file("etc/passwd", lines(users.map((user) => [user.name, "x", user.uid, user.gid, user.comment, user.home, user.shell])));
  tree.file("etc/group", lines(groups.map((group) => [group.name, "x", group.gid, group.members.join(",")])));
  tree.file("etc/shadow", lines(users.map(shadowLine)), shadow);
  tree.file("etc/gshadow", lines(groups.map((group) => [group.name, group.password, "", group.members.join(",")])), shadow);
  tree.file("etc/subuid", "");
  tree.file("etc/subgid", "");
}

function records(text = ""): string[][] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split(":"));
}

function lines(records: readonly (readonly unknown[])[]): string {
  return records.map((fields) => `${fields.join(":")}\n`).join("");
}
