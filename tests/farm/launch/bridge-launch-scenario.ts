import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { exec } from "../../../tools/lib/exec.ts";
import { runfile } from "../../../tools/lib/runfiles.ts";
import { readNodeStatus } from "../../../tools/status/read-status.ts";
import { readVmTools } from "../../../tools/vm/vm-tools.ts";
import { waitFor } from "../../../tools/vm/wait-for.ts";
import { FarmUnderTest } from "../farm-under-test.ts";
import { Launcher } from "./launcher.ts";

// Runs as root of a network namespace of its own: a bridge, a router that announces a prefix on it, a farm, a launch. Prints what it saw as JSON.

const prefix = "2001:db8:0:7::";
const ip = (...args: string[]): string => execFileSync("ip", args, { encoding: "utf8", env: { PATH: "/usr/sbin:/sbin:/usr/bin:/bin" } });

ip("link", "set", "dev", "lo", "up");
ip("link", "add", "dev", "br-test", "type", "bridge");
ip("address", "add", `${prefix}1/64`, "dev", "br-test", "nodad");
// Stands for the host's own cable: a bridge without ports has no carrier, and nothing is announced on it.
ip("link", "add", "dev", "cable", "type", "veth", "peer", "name", "cable-end");
ip("link", "set", "dev", "cable", "master", "br-test", "up");
ip("link", "set", "dev", "cable-end", "up");
ip("link", "set", "dev", "br-test", "up");

const farm = new FarmUnderTest(["--network", "bridge", "--bridge", "br-test", "--prefix", prefix], { realQemu: true });
const user = new Launcher({ HOSTUSER: "me" });
const settings = path.join(user.home, "radvd.conf");
fs.writeFileSync(settings, `interface br-test { AdvSendAdvert on; IgnoreIfMissing on; MinRtrAdvInterval 3; MaxRtrAdvInterval 4; prefix ${prefix}/64 {}; };\n`);
const router = spawn(runfile(process.env["RADVD"]!), ["--nodaemon", "--logmethod", "stderr", "--config", settings, "--pidfile", path.join(user.home, "radvd.pid")], { stdio: ["ignore", "ignore", "pipe"] });
let announced = "";
router.stderr.on("data", (data) => (announced += String(data)));
try {
  await farm.start();
  const launch = user.start("LAUNCH", "--farm", farm.url, "--memory", "2G", "--json", "--timeout", "600");
  let ended = false;
  void launch.ended.then(() => (ended = true));
  const ready = (): true | undefined => {
    if (ended) throw new Error(`${launch.said()}\n${announced}`);
    return launch.printed().endsWith("\n") ? true : undefined;
  };
  await waitFor("the node is healthy", ready, { seconds: 650, everyMs: 200, lastSeen: () => `${launch.said()}\n${announced}` });
  const vm = JSON.parse(launch.printed()) as { api: string; sshCommand: string };
  const [, ...args] = vm.sshCommand.split(" ");
  const { stdout } = await exec(readVmTools(process.env["TOOLS"]!).ssh, [...args, "ip -6 -o address show dev enp1s0 scope global; ip -6 route show default"]);
  const { health } = await readNodeStatus(vm.api);
  launch.kill("SIGINT");
  await launch.ended;
  await farm.waitForNothing();
  process.stdout.write(JSON.stringify({ vm, guest: stdout, health, router: ip("-6", "-oneline", "address", "show", "dev", "br-test", "scope", "link"), taps: ip("link", "show", "type", "tun") }));
} finally {
  router.kill("SIGTERM");
  await user.remove();
  await farm.cleanUp();
}
