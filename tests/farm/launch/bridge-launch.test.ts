import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "@jest/globals";
import { runfile } from "../../../tools/lib/runfiles.ts";

test("launch-remote-vm on a bridge: the guest takes the announced address that the farm had promised, and is reached there", async () => {
  const namespace = ["--map-root-user", "--net", "--mount", runfile(process.env["SCENARIO"]!)];
  const { stdout } = await promisify(execFile)("unshare", namespace, { maxBuffer: 1 << 24 });
  const seen = JSON.parse(stdout);
  expect(seen.vm).toMatchObject({ ipv6: expect.stringMatching(/^2001:db8:0:7:/), forwardedPorts: [], api: `http://[${seen.vm.ipv6}]:8080`, sshCommand: expect.stringMatching(new RegExp(`root@${seen.vm.ipv6}$`)) });
  expect(seen.guest).toContain(` ${seen.vm.ipv6}/64 `);
  // Its way out is the router that announced.
  const [, router] = /inet6 (fe80:\S+)\/64/.exec(seen.router)!;
  expect(seen.guest).toMatch(new RegExp(`^default (nhid \\d+ )?via ${router} dev enp1s0 proto ra`, "m"));
  expect([seen.health, seen.taps]).toEqual(["healthy", ""]);
});
