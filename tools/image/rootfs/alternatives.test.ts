import { expect, test } from "@jest/globals";
import { addAlternatives, parseAlternatives } from "./alternatives.ts";
import { mergePackages } from "./merge.ts";
import { fakePackage, file } from "./testing.ts";

const less = `#!/bin/sh
# update-alternatives --install in a comment
case "$1" in
  configure)
    update-alternatives --quiet --install /usr/bin/pager pager \\
      /usr/bin/less 77 --slave /usr/share/man/man1/pager.1.gz \\
      pager.1.gz /usr/share/man/man1/less.1.gz
  ;;
esac
update-alternatives --install \\
    /usr/share/man/man7/builtins.7.gz \\
    builtins.7.gz \\
    /usr/share/man/man7/bash-builtins.7.gz \\
    10 \\
  || true
update-alternatives --remove rcp /usr/bin/scp
`;

test("calls are read from scripts as they are written", () => {
  expect(parseAlternatives(less)).toEqual([
    {
      link: "/usr/bin/pager",
      name: "pager",
      target: "/usr/bin/less",
      priority: 77,
      slaves: [{ link: "/usr/share/man/man1/pager.1.gz", name: "pager.1.gz", target: "/usr/share/man/man1/less.1.gz" }],
    },
    {
      link: "/usr/share/man/man7/builtins.7.gz",
      name: "builtins.7.gz",
      target: "/usr/share/man/man7/bash-builtins.7.gz",
      priority: 10,
      slaves: [],
    },
  ]);
});

test("the highest priority wins; links to files left out are not made", () => {
  const packages = [
    fakePackage("less", [file("usr/bin/less", "l")], { postinst: less }),
    // As util-linux writes it, with the path of before merged /usr.
    fakePackage("util-linux", [file("usr/bin/more", "m")], {
      postinst: "update-alternatives --install /usr/bin/pager pager /bin/more 50\n",
    }),
  ];
  const tree = mergePackages(packages);
  addAlternatives(tree, packages);
  expect(tree.get("usr/bin/pager")!.link).toBe("/etc/alternatives/pager");
  expect(tree.get("etc/alternatives/pager")!.link).toBe("/usr/bin/less");
  expect(tree.below("etc/alternatives")).toEqual(["etc/alternatives/pager"]);
});

test("a target of before merged /usr is found", () => {
  const packages = [
    fakePackage("util-linux", [file("usr/bin/more", "m")], { postinst: "update-alternatives --install /bin/pager pager /bin/more 50\n" }),
  ];
  const tree = mergePackages(packages);
  addAlternatives(tree, packages);
  expect(tree.text("usr/bin/pager")).toBe("m");
});

test("a call with variables is reported with its package", () => {
  const packages = [
    fakePackage("vim", [], {
      postinst: "for i in vi view; do\n  update-alternatives --install /usr/bin/$i $i /usr/bin/vim.tiny 15\ndone\n",
    }),
  ];
  expect(() => addAlternatives(mergePackages(packages), packages)).toThrow(
    "vim: update-alternatives is called in a form that is not understood",
  );
});
