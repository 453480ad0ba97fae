import { expect, test } from "@jest/globals";
import { baseAccounts, writeAccounts, type Accounts } from "./accounts.ts";
import { addSystemUsers } from "./sysusers.ts";
import { tableOf, treeOf } from "./testing.ts";
import type { Tree } from "./tree.ts";

const base = {
  "usr/share/base-passwd/passwd.master": "root:*:0:0:root:/root:/bin/bash\ndaemon:*:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n",
  "usr/share/base-passwd/group.master": "root:*:0:\ndaemon:*:1:\nshadow:*:42:\nnogroup:*:65534:\n",
};

function run(files: Record<string, string>, table = tableOf({}), packages: string[] = []): { tree: Tree; accounts: Accounts } {
  const tree = treeOf({ ...base, ...files });
  const accounts = baseAccounts(tree);
  addSystemUsers(tree, accounts, table, packages);
  return { tree, accounts };
}

test("users and groups get the numbers of the table, or their own", () => {
  const { tree, accounts } = run(
    {
      "usr/lib/sysusers.d/b.conf": '# a comment\nu! net - "Network, Management" -\nu sshd -:nogroup "sshd user" /run/sshd\nm net kvm\n',
      "usr/lib/sysusers.d/a.conf": "g kvm -\ng render 44 -\nu app 1500 - /srv /bin/sh\nu daemon 1 -\n",
    },
    tableOf({ users: { net: 998, sshd: 990 }, groups: { kvm: 992 } }),
  );
  writeAccounts(tree, accounts, "$6$hash");
  expect(tree.text("etc/passwd")).toBe(
    [
      "root:x:0:0:root:/root:/bin/bash",
      "daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin",
      "app:x:1500:1500::/srv:/bin/sh",
      "net:x:998:998:Network, Management:/:/usr/sbin/nologin",
      "sshd:x:990:65534:sshd user:/run/sshd:/usr/sbin/nologin",
      "",
    ].join("\n"),
  );
  expect(tree.text("etc/group")).toContain("kvm:x:992:net\nrender:x:44:\napp:x:1500:\nnet:x:998:\n");
  // 19675 days: SOURCE_DATE_EPOCH's default.
  expect(tree.text("etc/shadow")).toContain(
    "root:$6$hash:19675:0:99999:7:::\ndaemon:*:19675:0:99999:7:::\napp:!*:19675::::::\nnet:!*:19675:::::1:\n",
  );
  expect(tree.get("etc/shadow")).toMatchObject({ mode: 0o640, gid: 42 });
});

test("without a hash root has no password login", () => {
  const { tree, accounts } = run({});
  writeAccounts(tree, accounts, "");
  expect(tree.text("etc/shadow")).toContain("root:*:");
});

test("users without a number are all named, with the table to put them in", () => {
  expect(() => run({ "usr/lib/sysusers.d/x.conf": "u new -\ng other -\n" })).toThrow(
    "system users: 2 problems\n  - user new (/usr/lib/sysusers.d/x.conf) has no number\n  - group other (/usr/lib/sysusers.d/x.conf) has no number",
  );
});

test("two users with one number are reported", () => {
  expect(() => run({ "usr/lib/sysusers.d/x.conf": "u one 900\nu two 900\n" })).toThrow(
    "users one and two share number 900\n  - groups one and two share number 900",
  );
});

test("a file in /etc hides the package's of the same name", () => {
  const { accounts } = run({ "usr/lib/sysusers.d/x.conf": "u package 900\n", "etc/sysusers.d/x.conf": "u image 901\n" });
  expect([...accounts.users.keys()]).toEqual(["root", "daemon", "image"]);
});

test("users of adduser come from the table, only for packages that are there", () => {
  const table = tableOf({
    users: { _chrony: 100 },
    groups: { _chrony: 102, _ssh: 101 },
    packages: {
      chrony: effects({ users: { _chrony: { comment: "Chrony daemon", home: "/var/lib/chrony" } } }),
      ssh: effects({ groups: ["_ssh"] }),
    },
  });
  const { accounts } = run({}, table, ["chrony"]);
  expect(accounts.users.get("_chrony")).toMatchObject({ uid: 100, gid: 102, comment: "Chrony daemon" });
  expect(accounts.groups.has("_ssh")).toBe(false);
});

function effects(given: object): never {
  return { reviewed: {}, users: {}, groups: [], copies: {}, files: {}, permissions: {}, capabilities: {}, ...given } as never;
}
