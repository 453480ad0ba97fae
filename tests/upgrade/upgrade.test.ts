import { createHash } from "node:crypto";
import fs from "node:fs";
import { expect } from "@jest/globals";
import { serveImage, type ImageServer } from "../../ic-os/manageboot/test/image-server.ts";
import { runfile } from "../../tools/lib/runfiles.ts";
import { push, revert } from "../../tools/push/push.ts";
import { readNodeStatus } from "../../tools/status/read-status.ts";
import { waitForHealthy } from "../../tools/status/wait-for-healthy.ts";
import { remoteOf } from "../../tools/upgrade/testing/remote-of.ts";
import type { Machine } from "../../tools/vm/machine.ts";
import { useGuest } from "../../tools/vm/testing/use-guest.ts";
import { waitFor } from "../../tools/vm/wait-for.ts";

// One guest; each test begins with the system that the one before left. A boot costs a minute here, so nothing is booted twice.
const image = (name: string): string => runfile(process.env[name]!);
const data = "/var/lib/ic/data";
const registry = `${data}/ic_registry_local_store/registry.json`;
const [api, dashboard] = [8080, 7070];

const guest = useGuest(
  "dev",
  async (machine) => {
    await machine.start();
    await machine.waitForSsh(600);
    await waitForHealthy(url(machine), 400);
  },
  { ports: [{ guestPort: api }, { guestPort: dashboard }] },
);

const url = (machine: Machine): string => `http://127.0.0.1:${machine.hostPort(api)}`;

type Dashboard = { upgrade: { state: string; problem: string | null; failures: Record<string, number>; last: { version: string; outcome: string; reason: string | null } | null } };

async function orchestrator(machine: Machine): Promise<Dashboard | undefined> {
  try {
    return (await (await fetch(`http://127.0.0.1:${machine.hostPort(dashboard)}/status.json`, { signal: AbortSignal.timeout(10_000) })).json()) as Dashboard;
  } catch {
    return undefined;
  }
}

/** Waits for something that the orchestrator says; it is asked again when it is restarting. */
async function orchestratorSays(machine: Machine, what: string, is: (status: Dashboard) => boolean, limit: number): Promise<Dashboard> {
  let seen: Dashboard | undefined;
  const look = async (): Promise<Dashboard | undefined> => {
    seen = (await orchestrator(machine)) ?? seen;
    return seen !== undefined && is(seen) ? seen : undefined;
  };
  return waitFor(`the orchestrator: ${what}`, look, { seconds: limit, everyMs: 500, lastSeen: () => JSON.stringify(seen?.upgrade) });
}

const slots = async (machine: Machine): Promise<{ current: string; state: string }> => JSON.parse(await machine.succeed("/opt/ic/bin/manageboot guestos status --json")) as { current: string; state: string };
const version = (machine: Machine): Promise<string> => machine.succeed("cat /opt/ic/share/version.txt");

guest.test("a changed program is pushed in seconds, without a restart of the guest, and taken back", async (machine) => {
  const [boot, plain] = [await machine.bootId(), await version(machine)];
  const content = Buffer.concat([fs.readFileSync(image("REPLICA")), Buffer.from("\n// changed\n")]);
  const file = { path: "/opt/ic/bin/replica.mjs", mode: 0o644, content, sha256: createHash("sha256").update(content).digest("hex") };
  const options = { guest: remoteOf(guest), name: "dev-push", files: [file], version: plain, versionPath: "/opt/ic/share/replica_version.txt" };
  const before = await readNodeStatus(url(machine));
  const pushed = await push(options);
  console.log(`push: ${JSON.stringify(pushed)}`);
  expect(pushed).toMatchObject({ changed: [file.path], restarted: ["ic-replica.service"], version: expect.stringMatching(/\+push\.[0-9a-f]{8}$/) });
  const after = await waitForHealthy(url(machine), 200);
  expect(after.version).toBe(pushed.version);
  expect(after.implHash).not.toBe(before.implHash);
  expect(after.certifiedHeight).toBeGreaterThanOrEqual(before.certifiedHeight!);
  expect(await machine.bootId()).toBe(boot);
  // A system with pushed programs is healthy all the same, and its own version is what it was.
  expect((await machine.exec("guestos-health")).stdout).toMatch(/passed +30-node/);
  expect(await version(machine)).toBe(plain);
  expect(await push(options)).toMatchObject({ changed: [], restarted: [] });
  expect(await revert(remoteOf(guest), "dev-push")).toMatchObject({ restarted: ["ic-replica.service"] });
  expect(await waitForHealthy(url(machine), 200)).toMatchObject({ version: plain, implHash: before.implHash });
  await machine.fail("test -e /opt/ic/share/replica_version.txt");
});

let server: ImageServer | undefined;

guest.test("a disk that is too full for the download is left as it was, and the node says so and goes on", async (machine) => {
  server = await serveImage(image("UNHEALTHY"));
  // Less than the image and the reserve of 256 MiB.
  await machine.succeed(`cd ${data} && fallocate -l $(( ($(stat -f -c '%a * %S' .)) - 300 * 1048576 )) filling && chown ic-replica filling`);
  const before = await machine.succeed(`df --output=avail ${data}`);
  const sha256 = createHash("sha256").update(fs.readFileSync(image("UNHEALTHY"))).digest("hex");
  const wanted = { version: 1, upgrade: { version: `${await version(machine)}-unhealthy`, release_package_urls: [server.url], release_package_sha256_hex: sha256 } };
  await machine.succeed(`install -d -o ic-replica -g ic-replica -m 0750 ${registry.replace(/\/[^/]*$/, "")} && cat >${registry}.new && mv ${registry}.new ${registry}`, { stdin: JSON.stringify(wanted) });
  const said = await orchestratorSays(machine, "no room, twice", ({ upgrade: { failures } }) => (failures["download"] ?? 0) >= 2, 120);
  expect(said.upgrade).toMatchObject({ state: "failed", problem: expect.stringMatching(/no room for the update image: \d+ MiB are needed, \d+ MiB are free/) });
  expect(await machine.succeed(`ls ${data}/upgrade`)).toBe("");
  expect(Math.abs(Number((await machine.succeed(`df --output=avail ${data}`)).split("\n")[1]) - Number(before.split("\n")[1]))).toBeLessThan(10_000);
  await waitForHealthy(url(machine), 60);
});

// A whole upgrade by the orchestrator; that a good one is confirmed is seen by there_and_back_test.
guest.test("with room again the orchestrator upgrades by itself; a replica that never gets healthy is rolled back, with the reason on every page", async (machine) => {
  const [boot, plain] = [await machine.bootId(), await version(machine)];
  const start = performance.now();
  await machine.succeed(`rm ${data}/filling`);
  await orchestratorSays(machine, "installed", ({ upgrade: { state } }) => ["committing", "restarting"].includes(state), 900);
  const committed = performance.now();
  // Two boots: that of the new system, and that of the old one, whose first words tell how the trial ended.
  await machine.waitForConsole(/boot-trial: the upgrade to \S+ was rolled back: /, 1200);
  const told = machine.consoleLog();
  await machine.waitForNextBoot(boot, 600);
  server?.close();
  const ended = await orchestratorSays(machine, "how it ended", ({ upgrade: { state, last } }) => last !== null && state === "given_up", 600);
  console.log(`orchestrator: download and install ${Math.round((committed - start) / 1000)} s, commit to rolled back ${Math.round((performance.now() - committed) / 1000)} s`);
  // It is not tried again: the registry wants it still.
  expect(ended.upgrade).toMatchObject({ last: { version: `${plain}-unhealthy`, outcome: "rolled_back", reason: expect.stringMatching(/30-node: /) }, problem: expect.stringContaining("was rolled back here: ") });
  expect(told).toMatch(/GRUB: the watchdog gives slot B[\s\S]*is not healthy 90 s after its start, going back: [\s\S]*30-node: [\s\S]*rolling back[\s\S]*boot-trial: the upgrade to \S+-unhealthy was rolled back: /);
  expect(await machine.succeed("journalctl -b -o cat -u boot-trial")).toContain("was rolled back: ");
  expect(await machine.succeed("cat /run/node_exporter/collector_textfile/guestos_last_upgrade.prom")).toMatch(/guestos_last_upgrade\{version="\S+-unhealthy",outcome="rolled_back"\} 1/);
  await waitForHealthy(url(machine), 400);
  expect(await version(machine)).toBe(plain);
  expect(await slots(machine)).toMatchObject({ current: "A", state: "stable" });
  await machine.succeed(`rm ${registry}`);
});
