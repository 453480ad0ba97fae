import fs from "node:fs";
import path from "node:path";
import { expect, test } from "@jest/globals";
import { scratchFolder } from "../lib/atomic.ts";
import { domainXml } from "./domain-xml.ts";
import { readInventory } from "./inventory.ts";
import { nodeNames } from "./names.ts";

const good = {
  name: "small",
  hosts: { h1: { uri: "qemu+ssh://root@host-1/system", network: { bridge: "br6" } }, h2: { uri: "qemu+ssh://root@host-2/system", network: { network: "default" } } },
  nodes: { a: { host: "h1", ipv6: { address: "2001:db8::a/64", gateway: "2001:db8::1" } }, b: { host: "h2" } },
};

function read(document: unknown): unknown {
  using folder = scratchFolder("inventory");
  const file = path.join(folder.path, "inventory.json");
  fs.writeFileSync(file, typeof document === "string" ? document : JSON.stringify(document));
  return readInventory(file);
}

test("defaults are filled in", () => {
  expect(read(good)).toMatchObject({ hosts: { h1: { pool: "default", accelerator: "kvm" } }, nodes: { b: { vcpus: 4, memoryMiB: 8192, diskGiB: 100 } } });
});

test("everything that is wrong is said at once", () => {
  const wrong = {
    ...good,
    hosts: { ...good.hosts, h3: good.hosts.h1 },
    nodes: { ...good.nodes, c: { host: "h9", ipv6: { address: "2001:DB8:0::000a/64", gateway: "2001:db8::a" } } },
  };
  expect(() => read(wrong)).toThrow(/4 problems\n.*hosts\.h3\.uri: .*that of h1 already\n.*nodes\.c\.host: expected one of h1, h2, h3, got h9\n.*address: \[2001:db8::a\] is that of a already\n.*own address/s);
  expect(() => read({ ...good, name: "Small!", hosts: { h1: { uri: "ssh://x", network: "none" } } })).toThrow(/name: expected 1 to 32.*hosts\.h1\.uri: expected a libvirt URI.*hosts\.h1\.network/s);
  expect(() => read({ ...good, nodes: {} })).toThrow("nodes: expected at least one");
  expect(() => read({ ...good, nodes: { a: { host: "h1", memory: 4 } } })).toThrow(/memory/);
  expect(() => read("{")).toThrow(/inventory\.json: /);
});

test("a domain's XML holds names as text", () => {
  const host = { uri: "qemu:///system", pool: "a&b", network: { bridge: '"><x' }, accelerator: "tcg" as const };
  const xml = domainXml(nodeNames("small", "a"), { host: "h1", vcpus: 2, memoryMiB: 2048, diskGiB: 50 }, host);
  expect(xml).toContain('pool="a&#38;b" volume="small-a-disk.qcow2"');
  expect(xml).toContain('<source bridge="&#34;&#62;&#60;x"/>');
  expect(xml).toContain('<domain type="qemu">');
});
