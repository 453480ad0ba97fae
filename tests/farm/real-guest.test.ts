import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { writeConfigVolume } from "../../tools/config/config-volume.ts";
import { localGuestConfig } from "../../tools/config/guestos-config.ts";
import { launchKeys } from "../../tools/launch/ssh-key.ts";
import { runfile } from "../../tools/lib/runfiles.ts";
import { BannerWatch } from "../../tools/vm/banner-watch.ts";
import { plainText } from "../../tools/vm/console-log.ts";
import { GuestShell } from "../../tools/vm/guest-shell.ts";
import { readVmTools } from "../../tools/vm/vm-tools.ts";
import { waitFor } from "../../tools/vm/wait-for.ts";
import { Browser } from "./browser.ts";
import { FarmUnderTest, listens, vmRequest } from "./farm-under-test.ts";
import { ImageServer } from "./image-server.ts";

// The one test here with the real QEMU: everything a launch does, on one boot of the image.

const tools = readVmTools(process.env["TOOLS"]!);
const images = new ImageServer();
const farm = new FarmUnderTest(["--vm-max-memory-mib", "3072", "--vm-max-vcpus", "1"], { realQemu: true });
const browser = new Browser();
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "real-"));
afterAll(async () => {
  images.close();
  await browser.close();
  await farm.cleanUp();
  fs.rmSync(folder, { recursive: true });
});

test("a guest of a real image: addresses known before it starts, CONFIG by a drive of its own, console, restart of the server under it", async () => {
  await images.start();
  const image = { _tag: "icOsImageViaUrl", ...images.add("disk-img.tar.zst", fs.readFileSync(runfile(process.env["DISK_ARCHIVE"]!))) };
  await farm.start();
  await farm.must("POST", "group/real", { ttl: 3600, spec: {} });
  const vm = await farm.must("POST", "group/real/vm/node", vmRequest(image, { type: "production", vCPUs: 6, memoryKiB: 24 * 2 ** 20, primaryImageMinimalSizeGiB: 60, hasIPv4: true }));
  expect(vm.spec).toEqual({ vCPUs: 1, memoryKiB: 3 * 2 ** 20 });

  const keys = await launchKeys(undefined, folder, tools.sshKeygen);
  const config = path.join(folder, "config.img");
  await writeConfigVolume({ config: localGuestConfig({ hostname: "farmed" }), authorizedKeys: { root: keys.authorized }, injected: {} }, tools, config, "files");
  const id = createHash("sha256").update(fs.readFileSync(config)).digest("hex");
  expect((await farm.upload("real", "config.tar.gz", fs.readFileSync(config))).body).toEqual({ imageIds: { "config.tar.gz": id } });
  await farm.must("PUT", "group/real/vm/node/drive-templates/usb-storage", { drives: [{ _tag: "imageViaId", id, url: null, sha256: null }] });

  const page = await browser.open(`${farm.url}/group/real/vm/node/console/`);
  await farm.must("PUT", "group/real/vm/node/start");
  await page.waitForText(/GRUB: slot A/, 300);
  await farm.end("SIGKILL");
  await farm.start();

  const ssh = vm.forwardedPorts.find((forwarded: { guestPort: number }) => forwarded.guestPort === 22).port;
  const shell = new GuestShell("node", tools, { port: ssh, user: "root", key: keys.ownKey, controlPath: path.join(folder, "control") });
  const banner = new BannerWatch(ssh);
  const login = async (): Promise<true | undefined> => (banner.hasSpoken() && (await shell.exec("true", { seconds: 60 }).catch(() => undefined))?.exitCode === 0 ? true : undefined);
  await waitFor("a login by SSH", login, { seconds: 600, everyMs: 500, lastSeen: () => consoleEnd() });
  await page.waitForText(/farmed login:/, 300);

  const guest = async (command: string): Promise<string> => (await shell.exec(command)).stdout;
  const addresses = async (): Promise<string | undefined> => {
    const text = await guest("ip -oneline address show");
    return text.includes(vm.ipv6) && text.includes("10.0.3.15") ? text : undefined;
  };
  const seen = await waitFor("the addresses that the farm gave", addresses, { seconds: 120, everyMs: 1000 }).catch(async () => guest("ip -oneline address show; networkctl"));
  expect(seen).toMatch(new RegExp(`enp1s0 .*${vm.ipv6}/64`));
  expect(seen).toMatch(/enp2s0 .*10\.0\.3\.15/);
  expect(await guest("lsblk --noheadings --output NAME,LABEL /dev/vdb")).toMatch(/^vdb\s+CONFIG$/);
  expect(await guest("cat /sys/class/net/enp1s0/address")).toBe(vm.mac6);
  expect(Number(await guest("blockdev --getsize64 /dev/vda"))).toBe(60 * 2 ** 30);
  await shell.disconnect();

  expect((await farm.must("GET", "group/real/vm/node")).state).toBe("running");
  await farm.must("DELETE", "group/real");
  expect(await listens(ssh)).toBe(false);
  await farm.waitForNothing();
});

/** What the guest wrote last: a guest that nobody can log in to has no other way to say why. */
function consoleEnd(): string {
  const vms = path.join(farm.stateDir, "vms");
  return plainText(fs.readdirSync(vms).map((id) => fs.readFileSync(path.join(vms, id, "console.log"), "utf8")).join("")).slice(-2000);
}
