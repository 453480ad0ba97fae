import fs from "node:fs";
import path from "node:path";
import { expect } from "@jest/globals";
import { execa } from "execa";
import { localGuestConfig } from "../../tools/config/guestos-config.ts";
import { sshArgs } from "../../tools/vm/ssh.ts";
import { testConfig } from "../../tools/vm/testing/test-config.ts";
import { useGuest } from "../../tools/vm/testing/use-guest.ts";
import { writeVolume } from "./config-volumes.ts";
import { strangerKey } from "./full-volume.ts";

// The production image. Its CONFIG volume brings a key for root too, which must open nothing; the tests log in as admin.
const guest = useGuest(
  "prod",
  async (machine) => {
    await machine.start();
    await machine.waitForSsh(400);
  },
  { user: "admin", configDrive: { readOnly: false } },
);

const folder = (): string => path.dirname(guest.disk.file);

guest.test("every unit has started, the node runs, and it is the production image", async (machine) => {
  const state = (await machine.exec("systemctl is-system-running --wait", { seconds: 300 })).stdout;
  expect({ state, failed: await machine.succeed("systemctl --failed --no-legend --plain") }).toEqual({ state: "running", failed: "" });
  await machine.waitForUnit("ic-replica.service", 120);
});

guest.test("the console informs, and takes nothing", async (machine) => {
  await machine.waitForConsole(/GuestOS \S+[\s\S]*enp1s0 .*[\s\S]*There is no login on this console\./, 120);
  machine.type("\rroot\rroot\rid\r");
  // Nobody is there to read it.
  expect(await machine.succeed("cat /proc/[0-9]*/comm 2>/dev/null | sort -u")).not.toMatch(/^(?:agetty|login|sulogin)$/m);
  expect(machine.consoleLog()).not.toMatch(/login: |Password:|uid=/);
});

guest.test("SSH: keys only, and never as root", async (machine) => {
  const { ssh } = testConfig().tools;
  const key = path.join(folder(), "ssh_key");
  const login = (user: string, key?: string) =>
    execa(ssh, ["-o", "BatchMode=yes", ...sshArgs({ port: machine.hostPort(22), user, ...(key === undefined ? {} : { key }) }), "id"], { reject: false, stdin: "ignore", timeout: 120_000 });
  const refused = { exitCode: 255, stderr: expect.stringContaining("Permission denied (publickey).") };
  expect(await machine.succeed("grep -c . /boot/config/accounts_ssh_authorized_keys/root")).toBe("1");
  expect(await login("root", key)).toMatchObject(refused);
  // The server offers no other way than keys.
  expect(await login("admin")).toMatchObject(refused);
  for (const account of ["backup", "readonly"]) {
    expect(await login(account, key)).toMatchObject(refused);
    await machine.succeed(`sudo cp /boot/config/accounts_ssh_authorized_keys/admin /boot/config/accounts_ssh_authorized_keys/${account}`);
    expect(await login(account, key)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(`(${account})`) });
  }
});

guest.test("no account has a password; only admin becomes root", async (machine) => {
  expect(await machine.succeed("sudo -n getent shadow | cut -d: -f2 | sort -u | tr '\\n' ' '")).toMatch(/^[*! ]+$/);
  const as = (user: string): Promise<{ exitCode: number }> => machine.exec(`sudo setpriv --reuid=${user} --regid=${user} --init-groups -- sudo -n true`);
  expect(await machine.succeed("sudo -n id -u")).toBe("0");
  for (const user of ["backup", "readonly", "ic-replica"]) expect([user, (await as(user)).exitCode]).toEqual([user, 1]);
});

guest.test("nothing listens but what is documented", async (machine) => {
  const listeners = (await machine.succeed("ss -Hltun | tr -s ' ' | cut -d ' ' -f 1,5")).split("\n").map((line) => line.replace(/%\S*(?=:)/, ""));
  const outside = listeners.filter((line) => !/ (?:127\.[0-9.]+|\[::1\]):/.test(line)).map((line) => line.replace(/ \S*:(\d+)$/, " $1"));
  expect([...new Set(outside)].sort()).toEqual(["tcp 22", "tcp 7070", "tcp 8080", "tcp 9090", "tcp 9091", "tcp 9100", "udp 68"]);
});

guest.test("a host adds no key to a configured node", async (machine) => {
  await machine.succeed("test -e /boot/config/CONFIGURED");
  const kept = "sudo sh -c 'sha256sum /boot/config/accounts_ssh_authorized_keys/*'";
  const before = await machine.succeed(kept);
  const image = path.join(folder(), "other.img");
  const keys = Object.fromEntries(["admin", "root", "backup"].map((account) => [`accounts_ssh_authorized_keys/${account}`, `${strangerKey}\n`]));
  await writeVolume(testConfig().tools, image, { "config.json": JSON.stringify(localGuestConfig({ hostname: "prod" })), ...keys });
  await machine.copyTo(image, "/tmp/other.img");
  await machine.succeed("sudo dd if=/tmp/other.img of=/dev/vdb bs=1M conv=fsync 2>/dev/null; sudo systemctl restart init-config setup-ssh-user-keys bootstrap-ic-node");
  expect(await machine.succeed("sudo cat /run/config/bootstrap/accounts_ssh_authorized_keys/backup")).toBe(strangerKey);
  expect(await machine.succeed(kept)).toBe(before);
  fs.rmSync(image);
});
