import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, test } from "@jest/globals";
import { execa } from "execa";
import { runfile } from "../../../../tools/lib/runfiles.ts";

// The wrapper of --//rules/toolchains:qemu=host.
const wrapper = runfile(process.env["QEMU_IMG"] ?? "");

test("without the host's QEMU the wrapper exits 3 and says what to install", async () => {
  expect(await execa(wrapper, [], { env: { PATH: "/nowhere" }, extendEnv: false, reject: false })).toMatchObject({ exitCode: 3, stderr: expect.stringMatching(/apt-get install qemu-utils .*qemu=pinned/) });
});

test("the host's QEMU is the one in PATH", async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "host-"));
  fs.writeFileSync(path.join(folder, "qemu-img"), '#!/bin/sh\necho "host $*"\n', { mode: 0o755 });
  expect((await execa(wrapper, ["info", "a b"], { env: { PATH: folder }, extendEnv: false })).stdout).toBe("host info a b");
});
