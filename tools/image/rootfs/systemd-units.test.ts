import { expect, test } from "@jest/globals";
import type { Recipe } from "./recipe.ts";
import { enableUnits } from "./systemd-units.ts";
import { recipeOf, treeOf } from "./testing.ts";

const units = {
  "usr/lib/systemd/system/ssh.service": "[Unit]\nWantedBy=ignored.target\n[Install]\nWantedBy=multi-user.target\nAlias=sshd.service\n",
  "usr/lib/systemd/system/getty@.service": "[Install]\nWantedBy=getty.target\nDefaultInstance=tty1\n",
  "usr/lib/systemd/system/serial-getty@.service": "[Install]\nWantedBy=getty@%i.target\nRequiredBy=x.target\n",
  "usr/lib/systemd/system/net.service": "[Install]\nAlso=net.socket static.service wait.service\nWantedBy=a.target \\\n b.target\n",
  "usr/lib/systemd/system/net.socket": "[Install]\nWantedBy=sockets.target\n",
  "usr/lib/systemd/system/wait.service": "[Install]\nWantedBy=network-online.target\n",
  "usr/lib/systemd/system/static.service": "[Service]\nExecStart=/bin/true\n",
  "usr/lib/systemd/system/cleared.service": "[Install]\nWantedBy=a.target\n",
  "etc/systemd/system/cleared.service.d/10.conf": "[Install]\nWantedBy=\nWantedBy=b.target\n",
  "usr/lib/systemd/system-preset/90-all.preset": "# comment\ndisable wait.*\nenable *\n",
};

function links(recipe: Partial<Recipe>): Record<string, string> {
  const tree = treeOf(units);
  enableUnits(tree, recipeOf(recipe));
  return Object.fromEntries(
    tree
      .below("etc/systemd/system")
      .flatMap((at) => (tree.get(at)!.type === "symlink" ? [[at.slice("etc/systemd/system/".length), tree.get(at)!.link]] : [])),
  );
}

test("WantedBy and Alias become links", () => {
  expect(links({ enable: ["ssh.service"] })).toEqual({
    "multi-user.target.wants/ssh.service": "/usr/lib/systemd/system/ssh.service",
    "sshd.service": "/usr/lib/systemd/system/ssh.service",
  });
});

test("instances are enabled by name, or as the template's default", () => {
  expect(links({ enable: ["getty@.service", "serial-getty@ttyS0.service"] })).toEqual({
    "getty.target.wants/getty@tty1.service": "/usr/lib/systemd/system/getty@.service",
    "getty@ttyS0.target.wants/serial-getty@ttyS0.service": "/usr/lib/systemd/system/serial-getty@.service",
    "x.target.requires/serial-getty@ttyS0.service": "/usr/lib/systemd/system/serial-getty@.service",
  });
});

test("Also= brings further units, unless they are disabled", () => {
  expect(Object.keys(links({ enable: ["net.service"], disable: ["wait.service"] }))).toEqual([
    "a.target.wants/net.service",
    "b.target.wants/net.service",
    "sockets.target.wants/net.socket",
  ]);
});

test("an empty assignment of a drop-in clears the unit's", () => {
  expect(Object.keys(links({ enable: ["cleared.service"] }))).toEqual(["b.target.wants/cleared.service"]);
});

test("presets decide about unlisted units only when asked to; what cannot be enabled is skipped", () => {
  const names = Object.keys(links({ unlistedUnits: "preset", disable: ["ssh.service"] })).map((at) => at.split("/").at(-1));
  // net.service brings wait.service by Also=, as systemctl preset does.
  expect([...new Set(names)].sort()).toEqual(["cleared.service", "getty@tty1.service", "net.service", "net.socket", "wait.service"]);
});

test("without a rule that matches, a preset enables", () => {
  const tree = treeOf({
    "usr/lib/systemd/system/a.service": "[Install]\nWantedBy=x.target\n",
    "usr/lib/systemd/system-preset/1.preset": "disable b.*\n",
  });
  enableUnits(tree, recipeOf({ unlistedUnits: "preset" }));
  expect(tree.has("etc/systemd/system/x.target.wants/a.service")).toBe(true);
});

test("masks are links to /dev/null", () => {
  expect(links({ mask: ["ssh.service", "getty@tty1.service", "-none.service"] })).toEqual({
    "getty@tty1.service": "/dev/null",
    "ssh.service": "/dev/null",
  });
});

test("every unit that is unknown or cannot be enabled is reported", () => {
  expect(() =>
    links({ enable: ["none.service", "static.service", "serial-getty@.service"], disable: ["nil.service"], mask: ["nought.service"] }),
  ).toThrow(
    [
      "//test:rootfs: systemd units: 5 problems",
      "  - enable: no unit none.service",
      "  - enable: static.service has no [Install] section with WantedBy=, RequiredBy= or Alias=: it starts only when another unit wants it",
      "  - enable: serial-getty@.service is a template without DefaultInstance=: name an instance, as in serial-getty@NAME.service",
      "  - disable: no unit nil.service",
      '  - mask: no unit nought.service (write "-nought.service" to mask it only where it exists)',
    ].join("\n"),
  );
});
