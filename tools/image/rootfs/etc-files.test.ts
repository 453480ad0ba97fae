import { expect, test } from "@jest/globals";
import { Accounts } from "./accounts.ts";
import { mergePackages } from "./merge.ts";
import { addNameServices, addService } from "./name-services.ts";
import { addShells } from "./shells.ts";
import { fakePackage, file, folder, treeOf } from "./testing.ts";
import { applyTmpfiles } from "./tmpfiles.ts";

const nsswitch = "passwd:         files systemd\nhosts:          files dns\nnetworks:       files\n";

test("name services go where packages want them", () => {
  const packages = [
    fakePackage("libc-bin", [file("usr/share/libc-bin/nsswitch.conf", nsswitch)]),
    fakePackage("libnss-resolve", [], {
      postinst: "\t\t# Installing hosts/resolve[!UNAVAIL=return] from libnss-resolve in position before=dns\n",
    }),
    fakePackage("libnss-myhostname", [], {
      postinst: "\t\t# Installing hosts/myhostname from libnss-myhostname in position after=files\n",
    }),
  ];
  const tree = mergePackages(packages);
  addNameServices(tree, packages);
  expect(tree.text("etc/nsswitch.conf")).toBe(nsswitch.replace("files dns", "files myhostname resolve [!UNAVAIL=return] dns"));
});

test("a service is added once, and after the action of another", () => {
  const text = "hosts: files resolve [!UNAVAIL=return] dns\n";
  expect(addService(text, "hosts", "resolve [!UNAVAIL=return]", "before", "dns")).toBe(text);
  expect(addService(text, "hosts", "mymachines", "after", "resolve")).toBe("hosts: files resolve [!UNAVAIL=return] mymachines dns\n");
});

test("shells are listed by both their paths, once", () => {
  const tree = treeOf({
    "usr/share/debianutils/shells": "# comment\n/bin/sh\n",
    "usr/share/debianutils/shells.d/bash": "/bin/bash\n/usr/bin/bash\n",
  });
  addShells(tree);
  expect(tree.text("etc/shells")).toBe("# /etc/shells: valid login shells\n/bin/sh\n/usr/bin/sh\n/bin/bash\n/usr/bin/bash\n");
});

test("tmpfiles.d is applied to what is read-only at boot", () => {
  const conf = [
    "d /etc/credstore 0700 root root",
    "d /run/x 0755 root root",
    "d /var/lib/x 0755 root root",
    "L+ /etc/mtab - - - - ../proc/self/mounts",
    "L /etc/kept - - - - elsewhere",
    "L! /etc/resolv.conf - - - - ../run/resolv.conf",
    "f /etc/text 0640 root adm - two words",
    "f^ /etc/motd.d/x - - - - login.motd",
    "C /etc/copied - - - -",
    "r! /etc/passwd.lock",
    "d- /root :0700 root :root -",
    "z /etc/ssh/*.key 0600 - -",
  ].join("\n");
  const accounts = new Accounts();
  accounts.groups.set("adm", { name: "adm", gid: 4, members: [], password: "" });
  const tree = mergePackages([
    fakePackage("p", [
      file("usr/lib/tmpfiles.d/p.conf", conf),
      file("etc/mtab", "old"),
      file("etc/kept", "kept"),
      folder("root", 0o755),
      file("usr/share/factory/etc/copied/a", "a"),
      folder("usr/share/factory/etc/copied"),
    ]),
  ]);
  applyTmpfiles(tree, accounts);
  expect(tree.get("etc/credstore")).toMatchObject({ type: "directory", mode: 0o700 });
  expect(tree.get("etc/mtab")!.link).toBe("../proc/self/mounts");
  expect(tree.text("etc/kept")).toBe("kept");
  expect(tree.get("etc/resolv.conf")!.link).toBe("../run/resolv.conf");
  expect(tree.get("etc/text")).toMatchObject({ mode: 0o640, gid: 4 });
  expect(tree.text("etc/text")).toBe("two words");
  expect(tree.text("etc/copied/a")).toBe("a");
  expect(tree.has("etc/motd.d/x") || tree.has("run/x") || tree.has("var/lib/x")).toBe(false);
  // ":0700" is for a folder that is made; this one is there.
  expect(tree.get("root")!.mode).toBe(0o755);
});
