import fs from "node:fs";
import path from "node:path";
import { expect } from "@jest/globals";
import { writeConfigVolume } from "../../tools/config/config-volume.ts";
import { localGuestConfig } from "../../tools/config/guestos-config.ts";
import { runfile } from "../../tools/lib/runfiles.ts";
import type { CommandResult } from "../../tools/vm/guest-shell.ts";
import { testConfig } from "../../tools/vm/testing/test-config.ts";
import { useGuest } from "../../tools/vm/testing/use-guest.ts";
import { badVolumes, intruder } from "./bad-volumes.ts";
import { writeVolume } from "./config-volumes.ts";
import { deterministicAddress, fixedNetwork } from "./fixed-network.ts";
import { rootKey, strangerKey, writeFullVolume } from "./full-volume.ts";
import { eventually, identity, isRunning, takeVolume } from "./guest-steps.ts";
import { startTimeServer } from "./time-server.ts";

// One guest, from its first boot on; the tests build on each other. Its hardware clock is years off from the start: nothing may mind.
const farAhead = "2037-03-01T00:00:00";
const guest = useGuest(
  "dev",
  async (machine, disk) => {
    await writeFullVolume("dev", path.dirname(disk.file));
    await machine.start();
    await machine.waitForSsh(400);
  },
  { clock: farAhead, configDrive: { readOnly: false } },
);

const volumes = ["crypto", "data", "backup"];
const folder = (): string => path.dirname(guest.disk.file);

guest.test("the first boot ends with every unit started", async (machine) => {
  expect(machine.consoleLog()).toContain("setup-store: making partition 10");
  await isRunning(machine);
  expect(machine.consoleLog()).toContain("setup-store: made the store");
});

guest.test("/var and the store are encrypted as they should be", async (machine) => {
  for (const device of ["/dev/vda6", "/dev/vda10"]) {
    const { keyslots, segments, digests } = JSON.parse(await machine.succeed(`cryptsetup luksDump --dump-json-metadata ${device}`)) as {
      keyslots: Record<string, { key_size: number; kdf: { type: string; iterations: number } }>;
      segments: Record<string, { encryption: string }>;
      digests: Record<string, { iterations: number }>;
    };
    expect(Object.values(keyslots)).toMatchObject([{ key_size: 64, kdf: { type: "pbkdf2", iterations: 1000 } }]);
    expect(Object.values(segments)).toMatchObject([{ encryption: "aes-xts-plain64" }]);
    expect(Object.values(digests)).toMatchObject([{ iterations: 1000 }]);
  }
  expect(await machine.succeed("stat -c '%a %U %s' /boot/config/store.keyfile")).toBe("400 root 64");
  expect(await machine.succeed("findmnt -no SOURCE,FSTYPE /var")).toMatch(/^\/dev\/mapper\/var\s+ext4$/);
});

guest.test("the store has its volumes, mounted for whom they are", async (machine) => {
  const sizes = await machine.succeed("lvs --noheadings --nosuffix --units m -o lv_name,lv_size store | sort");
  const vg = Number(await machine.succeed("vgs --noheadings --nosuffix --units m -o vg_size store"));
  const size = (name: string): number => Number(new RegExp(`shared-${name}\\s+([\\d.]+)`).exec(sizes)?.[1]);
  expect(size("crypto")).toBe(1024);
  for (const quarter of ["data", "backup"]) expect(Math.abs(size(quarter) - vg / 4)).toBeLessThanOrEqual(8);
  expect(Math.abs(size("swap") - vg / 100)).toBeLessThanOrEqual(8);
  const mounts = await machine.succeed(`for v in ${volumes.join(" ")}; do findmnt -no TARGET,FSTYPE /var/lib/ic/$v; stat -c '%a %U:%G' /var/lib/ic/$v; done`);
  expect(mounts.split("\n").map((line) => line.replace(/\s+/g, " "))).toEqual([
    ...["/var/lib/ic/crypto ext4", "700 ic-replica:ic-replica"],
    ...["/var/lib/ic/data xfs", "2750 ic-replica:nonconfidential"],
    ...["/var/lib/ic/backup ext4", "2750 ic-replica:backup"],
  ]);
  expect(await machine.succeed("swapon --show=TYPE --noheadings")).toBe("partition");
});

guest.test("the configuration is staged, and the node configured once", async (machine) => {
  expect(JSON.parse(await machine.succeed("cat /run/config/config.json"))).toMatchObject({ guestos_settings: { guestos_dev_settings: { hostname: "dev" } } });
  expect(await machine.succeed("stat -c '%a %U:%G' /run/config/config.json")).toBe("400 ic-replica:nogroup");
  expect(await machine.succeed("ls /run/config/guest_vm_type; hostname; ls /boot/config/CONFIGURED")).toBe("default\ndev\n/boot/config/CONFIGURED");
});

guest.test("what the CONFIG volume brought for the node is in its place", async (machine) => {
  await machine.waitForUnit("bootstrap-ic-node.service", 120);
  const places = {
    "crypto/ic-vault/key": "600 ic-replica:ic-replica",
    "data/ic_state/0/state": "640 ic-replica:nonconfidential",
    "data/ic_registry_local_store/0/1.pb": "640 ic-replica:nonconfidential",
    "data/node_operator_private_key.pem": "400 ic-replica:nogroup",
    "data/nns_public_key.pem": "444 ic-replica:nogroup",
  };
  for (const [file, mode] of Object.entries(places)) expect([file, await machine.succeed(`stat -c '%a %U:%G' /var/lib/ic/${file}`)]).toEqual([file, mode]);
  expect(await machine.succeed("cd /var/lib/ic && cat crypto/ic-vault/key data/ic_state/0/state data/ic_registry_local_store/0/1.pb data/node_operator_private_key.pem")).toBe(
    "of ic_crypto\nof ic_state\nof ic_registry_local_store\n-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----",
  );
  expect(`${await machine.succeed("cat /var/lib/ic/data/nns_public_key.pem")}\n`).toBe(rootKey);
  for (const account of ["backup", "readonly"]) expect(await machine.succeed(`cat /boot/config/accounts_ssh_authorized_keys/${account}`)).toBe(strangerKey);
});

guest.test("names are resolved, the journal has its limit, the kernel its settings", async (machine) => {
  expect(await machine.succeed("resolvectl dns enp1s0")).toContain("10.0.2.3");
  expect(await machine.succeed("getent hosts $(hostname) localhost")).toMatch(/dev\n.*localhost/);
  expect(await machine.succeed("journalctl -b -q -o cat -u systemd-journald")).toMatch(/System Journal \(\/var\/log\/journal\/.* max 256M,/);
  expect(await machine.succeed("stat -c '%a %G' /var/log/journal")).toBe("2755 systemd-journal");
  expect(await machine.succeed("sysctl -n vm.max_map_count kernel.panic kernel.panic_on_oops")).toBe("2097152\n10\n1");
});

guest.test("the orchestrator, and nobody else, asks for upgrades over a socket", async (machine) => {
  const ask = (user: string): Promise<CommandResult> => machine.exec(`printf 'status\\n' | setpriv --reuid=${user} --regid=${user} --init-groups -- nc -UN /run/ic-node/boot-manager.sock`);
  const { stdout } = await ask("ic-replica");
  expect(stdout).toMatch(/^exit 0$/m);
  expect(stdout).toMatch(/"current": ?"A"/);
  expect(await ask("admin")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("Permission denied") });
});

guest.test("accounts: keys only, each with its rights", async (machine) => {
  const as = (user: string, command: string): Promise<{ exitCode: number }> => machine.exec(`setpriv --reuid=${user} --regid=${user} --init-groups -- ${command}`);
  await machine.succeed("install -o ic-replica -g nonconfidential -m 0640 /dev/null /var/lib/ic/data/seen; install -o ic-replica -m 0600 /dev/null /var/lib/ic/crypto/secret");
  const outcomes = async (command: string): Promise<Record<string, boolean>> => {
    const outcome: Record<string, boolean> = {};
    for (const user of ["admin", "backup", "readonly"]) outcome[user] = (await as(user, command)).exitCode === 0;
    return outcome;
  };
  expect(await outcomes("sh -c 'journalctl -n 1 -u ssh -o cat | grep -q .'")).toEqual({ admin: true, backup: true, readonly: true });
  expect(await outcomes("cat /var/lib/ic/data/seen")).toEqual({ admin: true, backup: false, readonly: true });
  expect(await outcomes("ls /var/lib/ic/backup")).toEqual({ admin: false, backup: true, readonly: false });
  expect(await outcomes("cat /var/lib/ic/crypto/secret")).toEqual({ admin: false, backup: false, readonly: false });
  expect(await outcomes("cat /boot/config/store.keyfile")).toEqual({ admin: false, backup: false, readonly: false });
  expect(await outcomes("sudo -n true")).toEqual({ admin: true, backup: false, readonly: false });
  expect(await machine.succeed("sshd -T | grep -E '^(passwordauthentication|permitrootlogin|kbdinteractiveauthentication)' | sort")).toBe(
    "kbdinteractiveauthentication no\npasswordauthentication no\npermitrootlogin without-password",
  );
});

guest.test("node_exporter speaks HTTPS with the node's own certificate, valid whatever the clock says", async (machine) => {
  await machine.waitForUnit("node_exporter.service", 120);
  await machine.waitForPort(9100, 60);
  const metrics = await machine.succeed("curl -s --resolve guestos:9100:127.0.0.1 --cacert /boot/config/node_exporter/node_exporter.crt https://guestos:9100/metrics");
  for (const name of ["node_load1", "node_memory_MemAvailable_bytes", "node_filesystem_avail_bytes", "node_disk_io_now"]) expect(metrics).toContain(`\n${name}`);
  await machine.fail("curl -sf http://127.0.0.1:9100/metrics");
  expect(await machine.succeed("openssl x509 -noout -dates -in /boot/config/node_exporter/node_exporter.crt")).toMatch(/notBefore=Jan {2}1 00:00:00 2020 GMT\nnotAfter=Jan {2}1 00:00:00 2120 GMT/);
});

guest.test("a new firewall ruleset is loaded; a broken one is refused and the old one stays", async (machine) => {
  expect(await machine.succeed("nft list chain inet filter input")).toContain("policy drop");
  const write = async (ruleset: string): Promise<void> => {
    const file = "/run/ic-node/nftables-ruleset/nftables.conf";
    await machine.succeed(`cat >${file}.new && mv ${file}.new ${file}`, { stdin: ruleset });
  };
  const open = "flush ruleset\ntable inet filter {\n  chain input { type filter hook input priority filter; policy accept; }\n}\ntable inet marker {}\n";
  await write(open);
  await eventually(machine, "nft list tables | grep -q marker");
  await write("flush ruleset\ntable inet broken {\n");
  await machine.waitForConsole(/reload-nftables: the new ruleset is refused, the old one stays: .*nftables\.conf/, 60);
  expect(await machine.succeed("nft list tables")).toContain("table inet marker");
  await write(open.replace("marker", "second"));
  await eventually(machine, "nft list tables | grep -q second");
  // A ruleset of the orchestrator that cannot be loaded does not undo the image's at a restart of the service.
  await machine.succeed("rm /run/ic-node/nftables-ruleset/nftables.conf; systemctl restart nftables; systemctl reset-failed");
  expect(await machine.succeed("nft list chain inet filter input")).toContain("policy drop");
});

guest.test("a clock that is years off jumps to the right time", async (machine) => {
  expect(Number(await machine.succeed("date +%Y"))).toBe(2037);
  const server = await startTimeServer();
  try {
    // QEMU's user network leads 10.0.2.2 to this machine.
    await machine.succeed(`chronyc add server 10.0.2.2 port ${server.port} iburst minpoll 0 maxpoll 2`);
    await eventually(machine, `[ "$(date +%Y)" -lt 2037 ]`);
  } finally {
    server.close();
  }
  expect(Math.abs(Number(await machine.succeed("date +%s")) - Date.now() / 1000)).toBeLessThan(30);
  expect(await machine.succeed("systemctl --failed --no-legend --plain")).toBe("");
});

guest.test("what our units may do is as reviewed", async (machine) => {
  const units = (await machine.succeed("find /etc/systemd/system -maxdepth 1 -type f -name '*.service' -printf '%f '")).replaceAll("@.service", "@instance.service");
  const analysis = await machine.succeed(`systemd-analyze security --no-pager ${units}`);
  const lines = [...analysis.matchAll(/Overall exposure level for (\S+): ([\d.]+)/g)].map(([, unit, exposure]) => `${unit} ${exposure}`).sort();
  expect(`${lines.join("\n")}\n`).toBe(fs.readFileSync(runfile(process.env["SECURITY_GOLDEN"]!), "utf8"));
});

guest.test("bad CONFIG volumes: each is refused with its reason on console and journal, and what was kept is used", async (machine) => {
  const { tools } = testConfig();
  const image = path.join(folder(), "other.img");
  const hosts = "jq -r .guestos_settings.guestos_dev_settings.hostname /run/config/config.json /boot/config/config.json";
  const seen: Record<string, string> = {};
  for (const { name, files, damage } of badVolumes) {
    await writeVolume(tools, image, files);
    damage?.(image);
    seen[name] = await takeVolume(machine, image);
    expect([name, await machine.succeed(hosts)]).toEqual([name, "dev\ndev"]);
  }
  for (const { name, said } of badVolumes) {
    expect([name, seen[name]]).toEqual([name, expect.stringMatching(said)]);
    expect([name, machine.consoleLog()]).toEqual([name, expect.stringMatching(said)]);
  }
  await machine.fail("ls /run/escaped");

  // A good one, as the tool writes it for older guests: all in one archive.
  await writeConfigVolume({ config: localGuestConfig({ hostname: intruder }), authorizedKeys: {} }, tools, image, "tar");
  // Without room in the config partition the configuration holds for this boot, and what was kept stays whole.
  await machine.succeed("for bs in 1M 4k 512; do dd if=/dev/zero of=/boot/config/filler$bs bs=$bs 2>/dev/null; done; sync");
  expect(await takeVolume(machine, image)).toMatch(/config\.json cannot be kept in \/boot\/config: it holds for this boot[\s\S]*took the configuration from \/dev\/vdb/);
  expect(await machine.succeed(hosts)).toBe(`${intruder}\ndev`);
  expect(await machine.succeed("ls -A /boot/config | grep new; systemctl is-failed init-config; rm /boot/config/filler*")).toBe("failed");
  expect(await takeVolume(machine, image)).toContain("took the configuration from /dev/vdb");
  expect(await machine.succeed(hosts)).toBe(`${intruder}\n${intruder}`);
  // What the next boots shall have: other addresses.
  await writeFullVolume("dev", folder(), { name: "other.img", network: fixedNetwork });
  expect(await takeVolume(machine, image)).toContain("took the configuration from /dev/vdb");
  expect(await machine.succeed(hosts)).toBe("dev\ndev");
  await machine.succeed("systemctl reset-failed");
});

guest.test("the second boot is the same node with the same data", async (machine) => {
  const before = await identity(machine);
  await machine.succeed(`for v in ${volumes.join(" ")}; do echo data of $v >/var/lib/ic/$v/witness; done; echo kept >/var/witness; sync`);
  await machine.reboot(400);
  await isRunning(machine);
  expect(await identity(machine)).toBe(before);
  expect(await machine.succeed(`cd /var/lib/ic && cat ${volumes.map((name) => `${name}/witness`).join(" ")} /var/witness`)).toBe("data of crypto\ndata of data\ndata of backup\nkept");
  expect((await machine.succeed("journalctl --list-boots --no-pager -q")).trim().split("\n")).toHaveLength(2);
  // Nothing is made again.
  for (const unit of ["setup-encryption-key", "generate-host-ssh-keys", "setup-node_exporter-keys", "bootstrap-ic-node"]) {
    expect(await machine.succeed(`systemctl show -P ConditionResult ${unit}`)).toBe("no");
  }
  expect(machine.consoleLog()).not.toMatch(/setup-(?:var|store): mak/);
});

guest.test("addresses that the configuration gives are the node's, and no others", async (machine) => {
  const addresses = "ip -o address show dev enp1s0 scope global; ip -o -6 address show dev enp1s0 scope site";
  const found = (await machine.succeed(addresses)).split("\n").map((line) => line.replace(/\s+/g, " ").split(" ").slice(2, 4).join(" "));
  expect(found.sort()).toEqual(["inet 10.0.2.15/24", `inet6 ${deterministicAddress()}`]);
  expect(await machine.succeed("ip -4 route show default; ip -6 route show default")).toMatch(/^default via 10\.0\.2\.2 dev enp1s0 proto static.*\ndefault via fec0::2 dev enp1s0 proto static/);
  await machine.succeed("ping -6 -c 1 -W 10 fec0::2");
});

guest.test("full disks, a power cut and a truncated CONFIG volume: the next boot is well", async (machine) => {
  const folders = ["/var", "/var/lib/ic/data", "/boot/config"];
  const fill = folders.map((full) => `fallocate -l $(df --output=avail -B 1 ${full} | tail -n 1) ${full}/filler; dd if=/dev/zero of=${full}/filler2 bs=64k`);
  await machine.exec(`(${fill.join("; ")}; sync) 2>/dev/null`, { seconds: 300 });
  for (const full of folders) await machine.fail(`dd if=/dev/zero of=${full}/filler3 bs=64k count=1 conv=fsync`);
  const before = await identity(machine);
  await machine.cutPower();
  const volume = path.join(folder(), "config.img");
  // The tables are there, the document is not.
  fs.truncateSync(volume, fs.readFileSync(volume).indexOf('"config_version"') & ~511);
  await machine.start();
  await machine.waitForSsh(400);
  await machine.exec("systemctl is-system-running --wait", { seconds: 300 });
  expect(machine.consoleLog()).toMatch(/init-config: the CONFIG volume cannot be read to its end: nothing is taken from it/);
  expect(await machine.succeed("systemctl --failed --no-legend --plain")).toMatch(/^init-config\.service .*$/);
  expect(await identity(machine)).toBe(before);
  expect(await machine.succeed("hostname; cat /var/witness /var/lib/ic/data/witness")).toBe("dev\nkept\ndata of data");
  // With room again, the node goes on where it stood.
  await machine.succeed(`rm ${folders.map((full) => `${full}/filler*`).join(" ")}`);
  await eventually(machine, "curl -s http://localhost:7070/status.json | jq -e '.replica.replica_health_status == \"healthy\"'", 120);
});
