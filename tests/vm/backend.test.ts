import fs from "node:fs";
import path from "node:path";
import { expect } from "@jest/globals";
import { waitForHealthy } from "../../tools/status/wait-for-healthy.ts";
import { useGuest } from "../../tools/vm/testing/use-guest.ts";

// What a guest does alike wherever it runs: :backend_on_farm_test runs this very test on a farm.

const guest = useGuest(
  "dev",
  async (machine) => {
    await machine.start();
    await waitForHealthy(`http://127.0.0.1:${machine.hostPort(8080)}`, 400);
    await machine.waitForSsh(200);
  },
  { memoryMiB: 2048, name: "backend", ports: [{ guestPort: 8080 }] },
);

guest.test("commands, units, ports and start-up", async (machine) => {
  expect(await machine.succeed("hostname; cat", { stdin: "said" })).toBe("backend\nsaid");
  expect(await machine.fail("exit 7")).toMatchObject({ exitCode: 7 });
  await machine.waitForUnit("ssh.service", 100);
  await machine.waitForPort(8080, 100);
  await machine.waitForStartup(200);
  expect(await machine.journal()).toContain("systemd[1]");
});

guest.test("files come and go", async (machine) => {
  const folder = fs.mkdtempSync(path.join(process.env["TEST_TMPDIR"] ?? "/tmp", "copy-"));
  fs.writeFileSync(path.join(folder, "there"), "and back");
  await machine.copyTo(path.join(folder, "there"), "/tmp/there");
  await machine.copyFrom("/tmp/there", path.join(folder, "back"));
  expect(fs.readFileSync(path.join(folder, "back"), "utf8")).toBe("and back");
});

guest.test("the configuration came from the CONFIG volume", async (machine) => {
  expect(JSON.parse(await machine.succeed("cat /run/config/config.json"))).toMatchObject({ guestos_settings: { guestos_dev_settings: { hostname: "backend" } } });
});

guest.test("the console is read from the start on, and from each start anew", async (machine) => {
  await machine.waitForConsole(/backend login: /, 100);
  expect(machine.consoleLog()).toContain("GRUB: slot A");
  await machine.cutPower();
  await expect(machine.exec("true")).rejects.toThrow("backend: is not started");
  await machine.start();
  expect(machine.consoleLog()).not.toContain("login: ");
  await machine.waitForConsole(/GRUB: slot A/, 200);
});
