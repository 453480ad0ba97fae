import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { waitFor } from "../../tools/vm/wait-for.ts";
import { FarmUnderTest } from "./farm-under-test.ts";

// Runs as root of a network namespace of its own: a bridge there, a farm on it, the real QEMU. Prints what it saw as JSON.

const ip = (...args: string[]): string => execFileSync("ip", args, { encoding: "utf8", env: { PATH: "/usr/sbin:/sbin:/usr/bin:/bin" } });
const taps = (): { ifname: string; master: string; flags: string[] }[] => JSON.parse(ip("-json", "link", "show", "type", "tun") || "[]").filter((link: { ifname?: string }) => link.ifname !== undefined);
const until = (what: string, fact: () => boolean): Promise<true> => waitFor(what, () => (fact() ? true : undefined), { seconds: 60, lastSeen: () => JSON.stringify(taps()) });

ip("link", "set", "dev", "lo", "up");
ip("link", "add", "dev", "br-test", "type", "bridge");
ip("link", "set", "dev", "br-test", "up");
const farm = new FarmUnderTest(["--network", "bridge", "--bridge", "br-test", "--prefix", "2001:db8:0:7::"], { realQemu: true });
try {
  await farm.start();
  const vm = await farm.vm("g", "v", randomBytes(4096));
  await farm.must("PUT", "group/g/vm/v/start");
  await until("a card is plugged in", () => taps().some((tap) => tap.flags.includes("LOWER_UP")));
  const started = taps();
  const ipv4 = await farm.ask("POST", "group/g/vm/w", { type: "test", vCPUs: 1, memoryKiB: 262144, primaryImage: { _tag: "imageViaId", id: "00".repeat(32) }, hasIPv4: true });

  await farm.end("SIGKILL");
  await farm.start();
  const adopted = taps();
  process.kill(farm.processes()[0]!, "SIGKILL");
  await until("the interface of a VM that ended is removed", () => taps().length === 0);
  await farm.must("PUT", "group/g/vm/v/start");
  const again = taps();

  await farm.end("SIGKILL");
  process.kill(farm.processes()[0]!, "SIGKILL");
  ip("tuntap", "add", "dev", `${started[0]!.ifname.slice(0, 5)}deadbeef`, "mode", "tap");
  ip("tuntap", "add", "dev", "i0000deadbeef", "mode", "tap");
  await farm.start();
  const afterCrash = taps().map((tap) => tap.ifname);
  await farm.must("DELETE", "group/g");
  await farm.waitForNothing();
  process.stdout.write(JSON.stringify({ vm, started, adopted, again, afterCrash, ipv4: ipv4.body.message, left: taps().map((tap) => tap.ifname) }));
} finally {
  await farm.cleanUp();
}
