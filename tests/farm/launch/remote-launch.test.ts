import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { exec } from "../../../tools/lib/exec.ts";
import { readVmTools } from "../../../tools/vm/vm-tools.ts";
import { waitFor } from "../../../tools/vm/wait-for.ts";
import { readNodeStatus } from "../../../tools/status/read-status.ts";
import { FarmUnderTest } from "../farm-under-test.ts";
import { Launcher } from "./launcher.ts";

interface Launched {
  group: string;
  api: string;
  ipv6: string;
  sshCommand: string;
  consoleUrl: string;
  readySeconds: number;
  image: { sha256: string; version: string };
  expiresAt: null;
}

let farm: FarmUnderTest;
let user: Launcher;
beforeAll(async () => {
  farm = await new FarmUnderTest([], { realQemu: true }).start();
  user = new Launcher({ HOSTUSER: "me" });
});
afterAll(async () => {
  await user.remove();
  await farm.cleanUp();
});

test("launch-remote-vm: from the image to a healthy node on a farm, and Ctrl-C leaves nothing", async () => {
  const launch = user.start("LAUNCH", "--farm", farm.url, "--memory", "2G", "--json", "--timeout", "600");
  const started = performance.now();
  let ended = false;
  void launch.ended.then(() => (ended = true));
  const ready = (): true | undefined => {
    if (ended) throw new Error(launch.said());
    return launch.printed().endsWith("\n") ? true : undefined;
  };
  await waitFor("the node is healthy", ready, { seconds: 650, everyMs: 200, lastSeen: launch.said });
  const vm = JSON.parse(launch.printed()) as Launched;
  console.log(`healthy ${Math.round((performance.now() - started) / 1000)} s after the command, ${vm.readySeconds} s after the VM's start`);

  // The printed line, with the pinned ssh: the keys of the CONFIG volume let it in.
  const [, ...args] = vm.sshCommand.split(" ");
  const { stdout } = await exec(readVmTools(process.env["TOOLS"]!).ssh, [...args, "hostname; cat /run/config/config.json; ip -6 -o addr show scope global"]);
  expect(stdout).toMatch(/^guestos-dev\n/);
  expect(stdout).toContain(`"http://[${vm.ipv6}]:8080"`);
  // The farm told the address before the guest ran; the guest has it.
  expect(stdout).toContain(` ${vm.ipv6}/`);
  expect((await readNodeStatus(vm.api)).health).toBe("healthy");
  expect((await farm.ask("GET", vm.consoleUrl.slice(farm.url.length + 1))).status).toBe(200);
  expect((await user.run("LIST")).stdout).toMatch(new RegExp(`^${vm.group}  attended, .* left\n`));

  // It asked for two processors; a farm that emulates gives one, and both sides say so.
  expect(launch.said()).toMatch(/^vm +guestos-dev on .*: 1 vCPUs, 2048 MiB, /m);
  expect(farm.said).toMatch(/VMs are emulated, with at most 1 vCPUs each/);
  const group = (await farm.must("GET", `group/${vm.group}`)) as { spec: { metadata: unknown }; vms: unknown[] };
  expect(group).toMatchObject({ spec: { metadata: { user: "me", jobSchedule: "manual", testName: "guestos-dev" } }, vms: [{ state: "running", spec: { vCPUs: 1, memoryKiB: 2 * 1024 * 1024 } }] });
  expect(farm.processes()).not.toEqual([]);

  launch.kill("SIGINT");
  expect((await launch.ended).signal).toBe("SIGINT");
  expect([farm.processes(), user.groups]).toEqual([[], []]);
  expect(await farm.must("GET", "group")).toEqual({ groups: [] });
  await farm.waitForNothing();
});
