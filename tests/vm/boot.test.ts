import fs from "node:fs";
import path from "node:path";
import { expect } from "@jest/globals";
import { runfile } from "../../tools/lib/runfiles.ts";
import { keepEvidence } from "../../tools/vm/testing/evidence.ts";
import { useGuest } from "../../tools/vm/testing/use-guest.ts";
import { waitFor } from "../../tools/vm/wait-for.ts";

const guest = useGuest("dev", async (machine) => {
  await machine.start();
  // Said by the guest itself, before any login.
  await machine.waitForUnit("ssh.service", 400);
  await machine.waitForSsh(100);
});

guest.test("the root is read-only behind dm-verity", async (machine) => {
  expect(await machine.succeed("findmnt -no SOURCE,OPTIONS /")).toMatch(/^\/dev\/mapper\/vroot\s+ro,/);
  expect(await machine.succeed("dmsetup table vroot")).toMatch(/ verity 1 .*panic_on_corruption/);
  expect(await machine.succeed("dmsetup status vroot")).toMatch(/ verity V/);
  expect((await machine.fail("touch /usr/x")).stderr).toContain("Read-only file system");
});

guest.test("root and boot partition carry the version of the build", async (machine) => {
  const version = fs.readFileSync(runfile(process.env["VERSION_FILE"]!), "utf8").trim();
  expect(await machine.succeed("cat /opt/ic/share/version.txt")).toBe(version);
  expect(await machine.succeed("cat /boot/version.txt")).toBe(version);
});

guest.test("every unit has started and none has failed", async (machine) => {
  const state = (await machine.exec("systemctl is-system-running --wait", { seconds: 200 })).stdout;
  expect({ state, failed: await machine.succeed("systemctl --failed --no-legend --plain") }).toEqual({ state: "running", failed: "" });
});

guest.test("the console shows a login prompt", async (machine) => {
  await machine.waitForConsole(/login: /, 60);
});

guest.test("the network card is enp1s0 and has both kinds of address", async (machine) => {
  const addresses = await machine.succeed("ip -o address show dev enp1s0 scope global");
  expect(addresses).toContain("inet 10.0.2.15/24");
  // QEMU's user network announces a site-local prefix: scope "site", not "global".
  expect(await machine.succeed("ip -6 -o address show dev enp1s0 scope site")).toContain("inet6 fec0:");
});

guest.test("the driver knows units, ports, files and the screen", async (machine) => {
  await machine.waitForUnit("ssh.service", 60);
  await machine.waitForPort(22, 60);
  await expect(machine.waitForUnit("no-such.service", 60)).rejects.toThrow("no such unit");
  const folder = fs.mkdtempSync(path.join(process.env["TEST_TMPDIR"] ?? "/tmp", "copy-"));
  fs.writeFileSync(path.join(folder, "there"), "and back");
  await machine.copyTo(path.join(folder, "there"), "/tmp/there");
  await machine.copyFrom("/tmp/there", path.join(folder, "back"));
  expect(fs.readFileSync(path.join(folder, "back"), "utf8")).toBe("and back");
  const picture = path.join(folder, "screen.png");
  await machine.screenshot(picture);
  expect(fs.readFileSync(picture).subarray(1, 4).toString()).toBe("PNG");
  expect(await machine.journal()).toContain("systemd[1]");
});

guest.test("systemd keeps the watchdog device going", async (machine) => {
  expect(await machine.succeed("cd /sys/class/watchdog/watchdog0 && cat identity state")).toBe("i6300ESB timer\nactive");
});

guest.test("the guest says which units have started, and hears nothing on that port", async (machine) => {
  await machine.waitForStartup(200);
  expect(machine.units.bootId).toBe(await machine.bootId());
  expect(machine.units.unit("chrony.service")?.state).toBe("active");
  const { pid, flags } = JSON.parse(
    await machine.succeed(`pid=$(systemctl show -P MainPID notify-host); printf '{"pid": %s, "flags": "%s"}' $pid $(sed -n 's/^flags:\\t//p' /proc/$pid/fdinfo/1)`),
  ) as { pid: number; flags: string };
  // open(2): the last two bits are the access mode, 1 is O_WRONLY.
  expect(Number.parseInt(flags, 8) & 3).toBe(1);
  expect(await machine.succeed(`readlink /proc/${pid}/fd/0 /proc/${pid}/fd/1`)).toMatch(/^\/dev\/null\n\/dev\/vport\S+$/);
  // What is not running any more is known too, and a unit that does not exist is an error even so.
  await machine.succeed("systemctl stop chrony");
  await waitFor("chrony.service is inactive", () => (machine.units.unit("chrony.service")?.state === "inactive" ? true : undefined), { seconds: 60 });
  await machine.succeed("systemctl start chrony");
  await machine.waitForUnit("chrony.service", 60);
});

guest.test("an ordinary boot is on no trial: the unit that judges an upgrade has looked and ended", async (machine) => {
  expect(await machine.succeed("systemctl show -P LoadState -P Result -P ActiveState boot-trial.service")).toBe("exec-condition\nloaded\ninactive");
});

guest.test("a restart is another boot of the same machine", async (machine) => {
  const identity = "cat /run/ssh/ssh_host_ed25519_key.pub /etc/ssh/ssh_host_ed25519_key.pub /boot/config/ssh/ssh_host_ed25519_key.pub 2>/dev/null | sort -u";
  const [boot, keys] = [await machine.bootId(), await machine.succeed(identity)];
  expect(keys).toContain("ssh-ed25519");
  await machine.reboot(400);
  expect(await machine.bootId()).not.toBe(boot);
  expect(await machine.succeed(identity)).toBe(keys);
  await machine.waitForStartup(200);
  expect(machine.units.bootId).toBe(await machine.bootId());
});

// The last one: the guest is gone after it.
guest.test("a crash is a kernel panic on the console, and leaves its evidence", async (machine) => {
  await machine.crash(60);
  expect(machine.consoleLog()).toMatch(/Kernel panic - not syncing: sysrq triggered crash/);
  await keepEvidence(machine, 5);
  const outputs = process.env["TEST_UNDECLARED_OUTPUTS_DIR"]!;
  expect(fs.readFileSync(path.join(outputs, "dev.png")).subarray(1, 4).toString()).toBe("PNG");
  expect(fs.readFileSync(path.join(outputs, "dev.journal.txt"), "utf8")).toMatch(/^no journal: .*dev: not finished within 5 s/);
  // Nothing waits for a guest that is gone.
  await machine.stop();
  await expect(machine.exec("true")).rejects.toThrow("dev: is not started");
});
