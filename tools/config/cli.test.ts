import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { execa } from "execa";
import { scratchFolder } from "../lib/atomic.ts";
import { ExitCode } from "../lib/failure.ts";
import { located } from "../vm/vm-tools.ts";
import { documentOf2026 } from "./testing/old-documents.ts";

// The program as users start it: `bazel run` names the folder that they stand in.
let folder: ReturnType<typeof scratchFolder>;
const config = async (...args: string[]) => execa(located(process.env["CONFIG_CLI"]!), args, { reject: false, env: { BUILD_WORKING_DIRECTORY: folder.path } });

beforeEach(() => {
  folder = scratchFolder("cli-test");
  fs.writeFileSync(path.join(folder.path, "key.pub"), "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBYEPoSDsdLvRuIrqpV6zvsgLIDgOZ0l0bCF3YpRkZQA me\n");
  fs.writeFileSync(path.join(folder.path, "config.json"), JSON.stringify(documentOf2026));
});

afterEach(() => folder[Symbol.dispose]());

test("write, check and show", async () => {
  const written = await config("--output", "config.img", "--config", "config.json", "--hostname", "node-7", "--ssh-key", "readonly=key.pub", "--layout", "tar", "--json");
  expect(written.exitCode).toBe(0);
  expect(JSON.parse(written.stdout)).toMatchObject({
    output: path.join(folder.path, "config.img"),
    layout: "tar",
    files: [{ path: "accounts_ssh_authorized_keys/readonly" }, { path: "config.json" }],
  });
  expect(await config("check", "config.img", "--json")).toMatchObject({
    exitCode: 0,
    stdout: JSON.stringify({
      problems: [],
      warnings: [
        "config.json: guestos_settings.inject_ic_crypto is true, but there is no ic_crypto/",
        "config.json: guestos_settings.inject_ic_registry_local_store is true, but there is no ic_registry_local_store/",
      ],
    }),
  });
  const shown = JSON.parse((await config("show", "config.img")).stdout);
  expect(shown).toMatchObject({ icos_settings: { node_operator_private_key: "(not shown)" }, guestos_settings: { guestos_dev_settings: { hostname: "node-7" } } });
  const { stdout } = await config("show", "config.img", "--secrets");
  expect(JSON.parse(stdout).icos_settings.node_operator_private_key).toBe(documentOf2026.icos_settings.node_operator_private_key);
});

test("wrong flags end with 2, a bad document with 4 and every problem; nothing is written", async () => {
  expect(await config("--outptu", "x")).toMatchObject({ exitCode: ExitCode.usage });
  expect(await config("--output", "config.img", "--inject", "etc=/etc")).toMatchObject({ exitCode: ExitCode.usage });
  const bad = await config("--output", "config.img", "--mgmt-mac", "x", "--nns-url", "y");
  expect(bad).toMatchObject({ exitCode: ExitCode.input, stdout: "" });
  expect(bad.stderr).toMatch(/2 problems[\s\S]*mgmt_mac[\s\S]*nns_urls\[0\]/);
  fs.writeFileSync(path.join(folder.path, "config.json"), '{"config_version": "9.0.0"}');
  const checked = await config("check", "config.json");
  expect(checked).toMatchObject({ exitCode: ExitCode.input });
  expect(checked.stderr).toContain("4 problems\n  - config_version: expected 1.x.y");
  expect(fs.readdirSync(folder.path).sort()).toEqual(["config.json", "key.pub"]);
});
