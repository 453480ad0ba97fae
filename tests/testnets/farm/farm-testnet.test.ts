import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { ExitCode } from "../../../tools/lib/failure.ts";
import { waitFor } from "../../../tools/vm/wait-for.ts";
import { FakeFarm } from "../../farm/launch/fake-farm.ts";
import { Launcher } from "../../farm/launch/launcher.ts";

const nodes = ["nns-1", "app-1", "app-2"];

let farm: FakeFarm;
let user: Launcher;
beforeEach(async () => {
  farm = await FakeFarm.start();
  user = new Launcher({ ICOS_FARM_URL: farm.url, HOSTUSER: "me" });
});
afterEach(async () => {
  await user.remove();
  await farm.stop();
});

const create = ["--backend", "farm", "--ttl", "2h", "--parallel", "1"];
/** What the farm was asked to change, without the group's name and the files' sums. */
const changes = (): string[] =>
  farm.asked.map(({ what }) => what.replace(/played--\d+/, "G").replace(/[0-9a-f]{64}/, "SUM")).filter((what) => !what.startsWith("GET ") && what !== "PUT group/G/ttl/90");
const bodyOf = (pattern: RegExp): any => JSON.parse(farm.asked.find(({ what }) => pattern.test(what))?.body.toString() ?? "null");
const folder = (): string => path.join(user.home, ".local/state/rules_icos/testnet/played");

test("create, status, logs, extend, destroy: one group, its nodes, and nothing afterwards", async () => {
  const created = await user.run("CREATE", ...create);
  expect(created).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\{.*\}\n$/) });
  // Each of the two images once.
  const upload = ["PUT group/G/file/SUM", "POST group/G/file"];
  const perNode = (node: string): string[] => [...upload, `PUT group/G/vm/${node}/drive-templates/usb-storage`, `PUT group/G/vm/${node}/start`];
  expect(changes()).toEqual(["POST group/G", ...upload, "POST group/G/vm/nns-1", ...upload, "POST group/G/vm/app-1", "POST group/G/vm/app-2", ...nodes.flatMap(perNode), "PUT group/G/ttl/7200"]);
  expect(bodyOf(/^POST group\/[^/]+$/)).toMatchObject({ ttl: 90, spec: { metadata: { user: "me", testName: "played" } } });
  const [image, otherImage, ...volumes] = [...farm.files];
  expect(bodyOf(/vm\/nns-1$/)).toMatchObject({ vCPUs: 3, memoryKiB: 512 * 1024, primaryImage: { _tag: "icOsImageViaId", id: image![0] } });
  expect(bodyOf(/vm\/app-2$/)).toMatchObject({ vCPUs: 3, primaryImage: { _tag: "icOsImageViaId", id: otherImage![0] } });
  // Every address was known before the first volume was written.
  for (const [index, [, volume]] of volumes.entries()) {
    expect(volume.includes(`"hostname":"${nodes[index]}"`) || volume.includes(`"hostname": "${nodes[index]}"`)).toBe(true);
    expect(volume.includes("http://[fd00::7]:8080")).toBe(true);
  }

  const summary = JSON.parse(created.stdout) as { farm: { group: string; expiresAt: string }; nodes: { ssh: string }[] };
  expect(summary).toMatchObject({ testnet: "played", backend: "farm", accelerator: null, healthy: true, subnets: { nns: ["nns-1"], app: ["app-1", "app-2"] }, farm: { url: farm.url, group: [...farm.groups.keys()][0] } });
  expect(summary.nodes.map(({ ssh }) => ssh)).toEqual(nodes.map(() => expect.stringMatching(new RegExp(`^ssh -p ${farm.sshPort} .*root@127\\.0\\.0\\.1$`))));
  expect(Date.parse(summary.farm.expiresAt) / 1000).toBeGreaterThan(Date.now() / 1000 + 7000);
  expect(await user.run("CREATE", ...create)).toMatchObject({ code: ExitCode.host, stderr: expect.stringContaining("testnet played exists already (running)") });

  expect(JSON.parse((await user.run("STATUS", "--json")).stdout)).toMatchObject({ healthy: true, nodes: nodes.map((name) => ({ name, health: "healthy" })) });
  expect((await user.run("LOGS", "app-1", "--console", "--lines", "1")).stdout).toBe("kernel panic\n");
  expect(await user.run("EXTEND", "--ttl", "8h")).toMatchObject({ code: 0, stderr: expect.stringContaining("testnet played expires in 8 h") });
  expect([...farm.groups.values()]).toEqual([8 * 3600]);
  farm.vmState = "stopped";
  expect(await user.run("STATUS")).toMatchObject({ code: ExitCode.guest, stdout: expect.stringMatching(/nns-1 +nns +ended/) });

  expect(await user.run("DESTROY")).toMatchObject({ code: 0 });
  expect([farm.groups.size, fs.existsSync(folder())]).toEqual([0, false]);
});

test("a node that does not get healthy: no group is left, its console is kept", async () => {
  farm.healthy = false;
  const { code, stdout, stderr } = await user.run("CREATE", ...create, "--timeout", "1");
  expect({ code, stdout }).toEqual({ code: ExitCode.timeout, stdout: "" });
  expect(stderr).toMatch(/a healthy node: not within 1 s; starting at height/);
  expect(stderr).toContain('nns-1: last console lines: "booting" "kernel panic"');
  const kept = /consoles: (\S+)/.exec(stderr)![1]!;
  expect(fs.readFileSync(path.join(kept, "nns-1.console.log"), "utf8")).toBe("booting\r\nkernel panic\r\n");
  expect([farm.groups.size, fs.existsSync(folder())]).toEqual([0, false]);
});

test("Ctrl-C while it is created leaves no group", async () => {
  farm.healthy = false;
  const creating = user.start("CREATE", ...create);
  await waitFor("the first node starts", () => (changes().some((what) => what.endsWith("/start")) ? true : undefined), { seconds: 30, lastSeen: () => creating.said() });
  creating.kill("SIGINT");
  await creating.ended;
  expect([farm.groups.size, fs.existsSync(folder())]).toEqual([0, false]);
});
