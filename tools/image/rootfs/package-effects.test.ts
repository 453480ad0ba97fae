import { expect, test } from "@jest/globals";
import { Accounts } from "./accounts.ts";
import { encodeCapabilities } from "./capabilities.ts";
import { mergePackages } from "./merge.ts";
import { applyPackageEffects, checkReviewed } from "./package-effects.ts";
import { fakePackage, file, tableOf } from "./testing.ts";

const none = { reviewed: {}, users: {}, groups: [], copies: {}, files: {}, permissions: {}, capabilities: {} };

function accounts(): Accounts {
  const made = new Accounts();
  made.users.set("root", { name: "root", uid: 0, gid: 0, comment: "", home: "", shell: "", password: "" });
  made.groups.set("_ssh", { name: "_ssh", gid: 101, members: [], password: "" });
  return made;
}

test("permissions, copies and capabilities are applied", () => {
  const packages = [
    fakePackage("ssh", [file("usr/bin/ssh-agent", "a", { mode: 0o755 }), file("usr/share/ssh/config", "c")]),
    fakePackage("ping", [file("usr/bin/ping", "p")], { postinst: "setcap cap_net_raw+ep /bin/ping\n" }),
    fakePackage("ping6", [file("usr/bin/ping6", "p")]),
  ];
  const tree = mergePackages(packages);
  const table = tableOf({
    packages: {
      ssh: { ...none, copies: { "/etc/ssh/config": "/usr/share/ssh/config" }, permissions: { "/usr/bin/ssh-agent": "2755:root:_ssh" } },
      ping: { ...none, capabilities: { "/usr/bin/ping": "cap_net_raw=ep" } },
      ping6: { ...none, capabilities: { "/usr/bin/ping6": "cap_net_raw=ep" } },
      absent: { ...none, copies: { "/etc/x": "/usr/x" } },
    },
  });
  applyPackageEffects(tree, accounts(), table, packages);
  expect(tree.get("usr/bin/ssh-agent")).toMatchObject({ mode: 0o2755, uid: 0, gid: 101 });
  expect(tree.text("etc/ssh/config")).toBe("c");
  expect(tree.get("usr/bin/ping")!.xattrs!["security.capability"]).toEqual(encodeCapabilities("cap_net_raw=ep"));
  // Its script does not call setcap, so a real installation would have no capability either.
  expect(tree.get("usr/bin/ping6")!.xattrs).toBeUndefined();
});

test("what does not fit the package is reported at once", () => {
  const packages = [fakePackage("p", [file("usr/p", "")])];
  const table = tableOf({
    packages: {
      p: { ...none, copies: { "/etc/p": "/usr/none" }, permissions: { "/usr/none": "0755:root:_ssh", "/usr/p": "0755:root:nogroup" } },
    },
  });
  expect(() => applyPackageEffects(mergePackages(packages), accounts(), table, packages)).toThrow(
    "effects of maintainer scripts: 3 problems\n  - p: no file /usr/none to copy to /etc/p\n  - p: no /usr/none to set permissions of\n  - p: no user or group root:nogroup for /usr/p",
  );
});

test("a script with a command that nobody reviewed is refused", () => {
  const scripts: Record<string, string> = {
    adds: "adduser --system x\naddgroup --system y\n",
    capable: "if command -v setcap >/dev/null; then\n  setcap cap_net_raw+ep /bin/ping\nfi\n",
    harmless: "# adduser --system x\nif command -v ucf; then :; fi\ndpkg-statoverride --list /x\necho chowned\n",
    owns: "chown root:adm /var/log/x\n",
    reviewed: "adduser --system z\n",
  };
  const packages = Object.entries(scripts).map(([name, postinst]) => fakePackage(name, [], { postinst }));
  const table = tableOf({ packages: { reviewed: { ...none, reviewed: { adduser: "why" } } } });
  expect(() => checkReviewed(table, packages)).toThrow(
    "maintainer scripts that nobody reviewed: 3 problems\n  - adds: its postinst calls adduser\n  - capable: its postinst calls setcap\n  - owns: its postinst calls chown",
  );
});

test("capabilities are encoded as setcap does", () => {
  // getfattr -e hex -n security.capability after setcap cap_net_raw+ep.
  expect(encodeCapabilities("cap_net_raw=ep").toString("hex")).toBe("0100000200200000000000000000000000000000");
  // cap_bpf is number 39: in the second word.
  expect(encodeCapabilities("cap_dac_override,cap_net_admin,cap_bpf=p").toString("hex")).toBe("0000000202100000000000008000000000000000");
  expect(() => encodeCapabilities("cap_nothing=ep")).toThrow("no capability is called cap_nothing");
  expect(() => encodeCapabilities("net_raw")).toThrow("expected text such as cap_net_raw=ep");
});
