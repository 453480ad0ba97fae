import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Argv } from "yargs";
import { ExitCode, failOnProblems } from "../../lib/failure.ts";
import { userPath } from "../../lib/user-path.ts";
import { stateFolder } from "../../launch/vm-registry.ts";
import { defaultCpus, type Accelerator } from "../../vm/accelerator.ts";
import { isLoopback } from "./authorization.ts";
import type { FarmOptions, FarmTools, NetworkOptions } from "./options.ts";

/** The server's command line. */
export function declareFlags(parser: Argv) {
  const memory = Math.floor(os.totalmem() / 2 ** 20);
  return parser
    .option("port", { type: "number", default: 8000, describe: "port to listen on; 0: a free one" })
    .option("host", { type: "string", default: "127.0.0.1", describe: "address to listen on; any but a loopback address needs --token-file" })
    .option("token-file", { type: "string", describe: "file with one token a line: only bearers of one may use the farm" })
    .option("state-dir", { type: "string", describe: "folder of database, files and disks; default: farm in the state folder of the launchers" })
    .option("hostname", { type: "string", default: os.hostname(), describe: "name of this host in answers" })
    .option("host-feature", { type: "string", array: true, nargs: 1, default: [], describe: "what this host offers, such as dc=zh1 or performance" })
    .option("accelerator", { choices: ["auto", "kvm", "tcg"] as const, default: "auto" as const, describe: "auto: KVM where a guest really runs with it" })
    .option("network", { choices: ["user", "bridge"] as const, default: "user" as const, describe: "user: forwarded ports, no rights needed; bridge: routed IPv6" })
    .option("forward", { type: "number", array: true, nargs: 1, default: [22, 7070, 8080, 9090, 9091, 9100, 19531], describe: "user: ports of every VM that are forwarded" })
    .option("forward-address", { type: "string", describe: "user: IPv4 address the forwarded ports listen on; default: --host" })
    .option("advertised-host", { type: "string", describe: "user: name or address that clients are told for them; default: that address" })
    .option("port-range", { type: "string", default: "20000-29999", describe: "user: ports of this host to forward from" })
    .option("bridge", { type: "string", describe: "bridge: the existing bridge" })
    .option("prefix", { type: "string", describe: "bridge: the /64 that is announced on it, such as 2001:db8:1:2::" })
    .option("usb-storage", { choices: ["virtio", "usb"] as const, default: "virtio" as const, describe: "what a drive of the template usb-storage is: a virtio disk, or a USB stick for guests whose kernel has USB" })
    .option("vm-max-vcpus", { type: "number", describe: "the most vCPUs a VM is given; it may ask for more. Default: no limit with KVM, 1 emulated" })
    .option("vm-max-memory-mib", { type: "number", default: memory, describe: "the most memory a VM is given; it may ask for more" })
    .option("group-vms", { type: "number", default: 50, describe: "quota of a group: VMs" })
    .option("group-vcpus", { type: "number", default: 4 * os.availableParallelism(), describe: "quota of a group: vCPUs" })
    .option("group-memory-mib", { type: "number", default: memory, describe: "quota of a group: memory" })
    .option("group-files-mib", { type: "number", default: 100 * 1024, describe: "quota of a group: files" })
    .option("max-groups", { type: "number", default: 1000, describe: "quota of the host: groups" })
    .option("max-vms", { type: "number", default: 500, describe: "quota of the host: VMs" })
    .option("max-vcpus", { type: "number", default: 4 * os.availableParallelism(), describe: "quota of the host: vCPUs; default: four for each processor" })
    .option("max-memory-mib", { type: "number", default: memory, describe: "quota of the host: memory; default: all it has" })
    .option("reserve-mib", { type: "number", default: 2048, describe: "space on the disk that stays free" })
    .option("max-file-mib", { type: "number", default: 20 * 1024, describe: "the largest file" })
    .option("max-image-mib", { type: "number", default: 500 * 1024, describe: "the largest disk in an archive" })
    .option("default-ttl", { type: "number", default: 3600, describe: "seconds a group lives that does not say" })
    .option("max-ttl", { type: "number", default: 30 * 86400, describe: "the most seconds a group may ask for" })
    .option("file-retention", { type: "number", default: 86400, describe: "seconds a file is kept that no group needs any more" })
    .option("image-url", { type: "string", array: true, nargs: 1, default: [], describe: "beginning of the URLs that images may be fetched from; default: any" })
    .option("allow-qemu-args", { type: "boolean", default: false, describe: "let clients give QEMU arguments. They can then read the files of this account" })
    .option("collect-every", { type: "number", default: 1, describe: "seconds between two looks at what is due" })
    .option("end-all", { type: "boolean", default: false, describe: "remove every group of the state folder and end" });
}

/** What `declareFlags` gives. */
export type Flags = Awaited<ReturnType<ReturnType<typeof declareFlags>["parseAsync"]>>;

/** The options for the flags; every bad flag is reported at once. */
export function farmOptions(flags: Flags, tools: FarmTools, accelerator: Accelerator): FarmOptions {
  const problems: string[] = [];
  const network = networkOptions(flags, problems);
  if (!isLoopback(flags.host) && flags.tokenFile === undefined) problems.push(`--host ${flags.host} can be reached from other machines: expected --token-file too`);
  // Emulated, a second processor makes a guest slower, and on a busy host its threads starve each other until the guest's kernel reports stalls.
  const vmMaxVcpus = flags.vmMaxVcpus ?? (accelerator === "kvm" ? 1024 : defaultCpus(accelerator));
  if (!Number.isInteger(vmMaxVcpus) || vmMaxVcpus < 1) problems.push(`--vm-max-vcpus: expected a whole number of at least 1, got ${vmMaxVcpus}`);
  const amounts = ["vm-max-memory-mib", "group-vms", "group-vcpus", "group-memory-mib", "group-files-mib", "max-groups", "max-vms", "max-vcpus", "max-memory-mib", "max-file-mib", "max-image-mib", "default-ttl", "max-ttl"];
  for (const flag of amounts) if (!Number.isInteger(flags[flag]) || Number(flags[flag]) < 1) problems.push(`--${flag}: expected a whole number of at least 1, got ${String(flags[flag])}`);
  for (const flag of ["reserve-mib", "file-retention"]) if (!(Number(flags[flag]) >= 0)) problems.push(`--${flag}: expected a number of at least 0, got ${String(flags[flag])}`);
  if (!(flags.collectEvery > 0)) problems.push(`--collect-every: expected more than 0, got ${flags.collectEvery}`);
  failOnProblems("the farm server's flags", problems, { exitCode: ExitCode.usage, hint: "--help" });
  return {
    ...{ tools, accelerator, network },
    stateFolder: flags.stateDir === undefined ? path.join(stateFolder(), "farm") : userPath(flags.stateDir),
    usbStorage: flags.usbStorage,
    ...{ hostname: flags.hostname, hostFeatures: flags.hostFeature },
    vmMaximum: { vCPUs: vmMaxVcpus, memoryMiB: flags.vmMaxMemoryMib },
    groupQuota: { vms: flags.groupVms, vCPUs: flags.groupVcpus, memoryMiB: flags.groupMemoryMib, fileBytes: flags.groupFilesMib * 2 ** 20 },
    hostQuota: { groups: flags.maxGroups, vms: flags.maxVms, vCPUs: flags.maxVcpus, memoryMiB: flags.maxMemoryMib, reservedBytes: flags.reserveMib * 2 ** 20 },
    ...{ defaultTtl: flags.defaultTtl, maxTtl: flags.maxTtl, maxFileBytes: flags.maxFileMib * 2 ** 20, maxImageBytes: flags.maxImageMib * 2 ** 20 },
    ...{ fileRetention: flags.fileRetention, imageUrls: flags.imageUrl, allowQemuArgs: flags.allowQemuArgs, collectEveryMs: flags.collectEvery * 1000 },
  };
}

function networkOptions(flags: Flags, problems: string[]): NetworkOptions {
  if (flags.network === "bridge") {
    if (flags.bridge === undefined || flags.prefix === undefined) problems.push("--network bridge: expected --bridge and --prefix too");
    else if (!/^[0-9a-f:]+::$/i.test(flags.prefix)) problems.push(`--prefix: expected the first half of an IPv6 address and ::, such as 2001:db8:1:2::, got ${flags.prefix}`);
    return { kind: "bridge", bridge: flags.bridge ?? "", prefix: flags.prefix ?? "" };
  }
  // QEMU forwards from IPv4 addresses only.
  const forwardAddress = flags.forwardAddress ?? { localhost: "127.0.0.1", "::1": "127.0.0.1", "::": "0.0.0.0" }[flags.host] ?? flags.host;
  const advertisedHost = flags.advertisedHost ?? (forwardAddress === "0.0.0.0" ? flags.hostname : forwardAddress);
  const [first = 0, last = 0] = flags.portRange.split("-").map(Number);
  if (!(first >= 1024 && first <= last && last <= 65535)) problems.push(`--port-range: expected FIRST-LAST, both from 1024 to 65535, got ${flags.portRange}`);
  for (const port of flags.forward) if (!(Number.isInteger(port) && port >= 1 && port <= 65535)) problems.push(`--forward: expected a port from 1 to 65535, got ${port}`);
  return { kind: "user", forwardAddress, advertisedHost, guestPorts: [...new Set(flags.forward)], portRange: [first, last] };
}

/** The tokens of a file: one a line, `#` begins a comment. */
export function readTokens(file: string): string[] {
  const lines = fs.readFileSync(file, "utf8").split("\n").map((line) => line.replace(/#.*/, "").trim());
  const tokens = lines.filter((line) => line !== "");
  const problems = tokens.filter((token) => !/^\S{16,}$/.test(token)).map((token) => `expected 16 or more characters without blanks, got ${token.length}`);
  if (tokens.length === 0) problems.push("expected a token, got none");
  failOnProblems(file, problems, { exitCode: ExitCode.usage, hint: "openssl rand -hex 32" });
  return tokens;
}
