import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { execa } from "execa";
import { lock, type LockOptions } from "../../../../tools/deb/lock.ts";
import { parseLock, type Lock } from "../../../../tools/deb/lock_file.ts";
import { staleness } from "../../../../tools/deb/staleness.ts";
import { readDefinition } from "../../../../tools/deb/definition.ts";
import { runfile } from "../../../../tools/lib/runfiles.ts";
import { serve, TestArchive, type Control } from "./archive.ts";

// What an Ubuntu 24.04 definition asks for, in a small archive that this test makes and signs; resolved by the pinned apt.
const tool = (name: string): string => runfile(process.env[name] ?? "");
const definition = tool("DEFINITION");
// A short path: gpg's agent listens on a socket, whose name has room for 107 bytes (unix(7)).
const work = fs.mkdtempSync(path.join(os.tmpdir(), "noble-"));
const archive = new TestArchive(path.join(work, "ubuntu"), { dpkgDeb: tool("DPKG_DEB"), gpg: tool("GPG") });
const keyring = path.join(work, "keyring.gpg");
const components = ["main", "universe"];

const noble: Control[] = [
  { Package: "chrony", Version: "4.5-1ubuntu4", Depends: "libc6", Conflicts: "time-daemon", Provides: "time-daemon" },
  { Package: "libc6", Version: "2.39-0ubuntu8" },
  { Package: "linux-image-virtual", Version: "6.8.0-31.31", Depends: "linux-image-6.8.0-31-generic" },
  { Package: "linux-image-6.8.0-31-generic", Version: "6.8.0-31.31", Depends: "initramfs-tools | linux-initramfs-tool" },
  { Package: "initramfs-tools", Version: "0.142ubuntu25", Provides: "linux-initramfs-tool" },
  { Package: "openssh-server", Version: "1:9.6p1-3ubuntu13", Depends: "libc6 (>= 2.38), adduser", Recommends: "xauth" },
  { Package: "adduser", Version: "3.137ubuntu1", Architecture: "all" },
  { Package: "xauth", Version: "1:1.1.2-1build1" },
  { Package: "systemd", Version: "255.4-1ubuntu8", Depends: "libc6, systemd-timesyncd | time-daemon" },
  { Package: "systemd-timesyncd", Version: "255.4-1ubuntu8", Provides: "time-daemon", Conflicts: "time-daemon" },
  { Package: "vim-tiny", Version: "2:9.1.0016-1ubuntu7", Depends: "libc6" },
];
const security: Control[] = [{ Package: "openssh-server", Version: "1:9.6p1-3ubuntu13.5", Depends: "libc6 (>= 2.38), adduser" }];

let server: Awaited<ReturnType<typeof serve>>;
let options: LockOptions;

beforeAll(async () => {
  server = await serve(work);
  options = { mirrors: [`${server.url}/ubuntu`], keyring, keyringFolders: [], allowUnsigned: false, allowExpired: false, programs: path.dirname(tool("APT_GET")) };
  await archive.key("archive@example.org", keyring);
  await archive.key("stranger@example.org", path.join(work, "stranger.gpg"));
  await archive.suite("noble-security", security, { components });
  await archive.sign("noble-security", "archive@example.org");
});

afterAll(() => {
  server.close();
  // gpg's agent ends when its folder is gone.
  fs.rmSync(work, { recursive: true, force: true });
});

async function publish(change: { validUntil?: Date; signer?: string; unsigned?: boolean } = {}): Promise<void> {
  fs.rmSync(path.join(archive.root, "dists/noble"), { recursive: true, force: true });
  await archive.suite("noble", noble, { components, ...change });
  if (change.unsigned !== true) await archive.sign("noble", change.signer ?? "archive@example.org");
}

const refused = (changes: Partial<LockOptions>, message: RegExp): Promise<void> =>
  expect(lock(definition, { ...options, ...changes })).rejects.toMatchObject({ exitCode: 4, message: expect.stringMatching(message) });

test("the sets are resolved with dependencies and without recommendations", async () => {
  await publish();
  const result = await lock(definition, options);
  expect(result.sets["base"]).toEqual(["adduser", "chrony", "libc6", "linux-image-6.8.0-31-generic", "linux-image-virtual", "openssh-server", "systemd"]);
  expect(result.sets["dev"]).toEqual([...(result.sets["base"] ?? []), "vim-tiny"]);
  expect(staleness(readDefinition(definition), result)).toEqual([]);
});

test("an entry says what the signed index says", async () => {
  await publish();
  const result = await lock(definition, options);
  const deb = "pool/main/adduser_3.137ubuntu1_all.deb";
  const [, size] = new RegExp(`${deb}\\nSize: (\\d+)`).exec(fs.readFileSync(path.join(archive.root, "dists/noble/main/binary-amd64/Packages"), "utf8")) ?? [];
  expect(result.packages.find((p) => p.name === "adduser")).toMatchObject({ version: "3.137ubuntu1", architecture: "all", suite: "noble", archive: "ubuntu", path: deb, size: Number(size) });
  expect(result.packages.find((p) => p.name === "openssh-server")).toMatchObject({ version: "1:9.6p1-3ubuntu13.5", suite: "noble-security" });
  expect(JSON.stringify(result)).not.toContain("127.0.0.1");
});

test("a Release file that was changed after signing is refused", async () => {
  await publish();
  const file = path.join(archive.root, "dists/noble/InRelease");
  fs.writeFileSync(file, fs.readFileSync(file, "utf8").replace("Origin: Test", "Origin: Evil"));
  await refused({}, /^source refused: it is not signed by a key of .*keyring\.gpg/);
});

test("an index that was changed after signing is refused", async () => {
  await publish();
  const file = path.join(archive.root, "dists/noble/main/binary-amd64/Packages");
  fs.writeFileSync(file, fs.readFileSync(file, "utf8").replace(/SHA256: ./, "SHA256: x"));
  await refused({}, /^source refused: an index is not the one that its signed Release file describes/);
  await refused({ allowUnsigned: true, allowExpired: true }, /^source refused: an index/);
});

test("an unsigned source is refused unless allowed", async () => {
  await publish({ unsigned: true });
  await refused({}, /is not signed/);
  await refused({ allowExpired: true }, /is not signed/);
  await expect(lock(definition, { ...options, allowUnsigned: true })).resolves.toHaveProperty("sets.base.length", 7);
});

test("a source signed by an unknown key is refused", async () => {
  await publish({ signer: "stranger@example.org" });
  await refused({}, /not signed by a key of .*keyring\.gpg/);
  await expect(lock(definition, { ...options, allowUnsigned: true })).resolves.toHaveProperty("version", 1);
});

test("an expired source is refused unless allowed, though it is signed", async () => {
  await publish({ validUntil: new Date(Date.now() - 3_600_000) });
  await refused({}, /^source refused: its Release file has expired/);
  await refused({ allowUnsigned: true }, /has expired/);
  await expect(lock(definition, { ...options, allowExpired: true })).resolves.toHaveProperty("version", 1);
});

test("a missing keyring and an unreachable mirror are the host's trouble", async () => {
  await publish();
  await expect(lock(definition, { ...options, keyring: undefined, keyringFolders: [work] })).rejects.toMatchObject({ exitCode: 3, message: expect.stringContaining("ubuntu-archive-keyring.gpg") });
  await expect(lock(definition, { ...options, mirrors: [`${server.url}/nowhere/ubuntu`] })).rejects.toMatchObject({ exitCode: 3 });
});

test("all packages that no source has are named at once", async () => {
  await publish();
  const file = path.join(work, "packages.json");
  fs.writeFileSync(file, fs.readFileSync(definition, "utf8").replace('"chrony"', '"chronny"').replace('"vim-tiny"', '"vmi-tiny"'));
  await expect(lock(file, options)).rejects.toMatchObject({ exitCode: 4, message: expect.stringMatching(/sets\.base: chronny: no such package[^]*sets\.dev: vmi-tiny: no such package/) });
});

test("the command writes the lock, then reports drift without writing", async () => {
  await publish();
  const output = path.join(work, "packages.lock.json");
  const run = (...flags: string[]): ReturnType<typeof execa> =>
    execa(tool("DEB"), ["lock", "--definition", definition, "--output", output, "--mirror", `${server.url}/ubuntu`, "--keyring", keyring, "--apt-programs", options.programs, ...flags], { reject: false });
  expect(await run()).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("+ chrony 4.5-1ubuntu4") });
  const written: Lock = parseLock(fs.readFileSync(output, "utf8"), output);
  expect(await run("--check")).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("up to date") });
  fs.writeFileSync(output, fs.readFileSync(output, "utf8").replaceAll("4.5-1ubuntu4", "4.4-1"));
  const before = fs.readFileSync(output, "utf8");
  expect(await run("--check")).toMatchObject({ exitCode: 4, stderr: expect.stringContaining("~ chrony 4.4-1 -> 4.5-1ubuntu4") });
  expect(fs.readFileSync(output, "utf8")).toBe(before);
  expect(written.packages).toHaveLength(8);
});
