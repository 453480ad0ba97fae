import { execFileSync } from "node:child_process";
import { expect, test } from "@jest/globals";
import { runfile } from "../../tools/lib/runfiles.ts";
import { slaacAddress } from "../../tools/farm/server/addresses.ts";

test("VMs on a bridge: an interface each, while they run", () => {
  const namespace = ["--map-root-user", "--net", "--mount", runfile(process.env["SCENARIO"]!)];
  const seen = JSON.parse(execFileSync("unshare", namespace, { encoding: "utf8" }));
  expect(seen.vm.ipv6).toBe(slaacAddress("2001:db8:0:7::", seen.vm.mac6));
  expect(seen.vm.forwardedPorts).toBeUndefined();
  const tap = { ifname: expect.stringMatching(/^i[0-9a-f]{12}$/), master: "br-test", flags: expect.arrayContaining(["UP", "LOWER_UP"]) };
  expect(seen.started).toEqual([expect.objectContaining(tap)]);
  expect(seen.adopted).toEqual([expect.objectContaining({ ...tap, ifname: seen.started[0].ifname })]);
  expect(seen.again).toHaveLength(1);
  // What a farm made and lost is removed, what another one made is not.
  expect(seen.afterCrash).toEqual(["i0000deadbeef"]);
  expect(seen.left).toEqual(["i0000deadbeef"]);
  expect(seen.ipv4).toMatch(/no IPv4 addresses to give/);
});
