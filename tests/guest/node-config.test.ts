import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { readNodeConfig } from "../../ic-os/node/lib/config.ts";
import { localGuestConfig } from "../../tools/config/guestos-config.ts";
import { runfile } from "../../tools/lib/runfiles.ts";
import { imageShell } from "./image-shell.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "node-config-"));
afterAll(() => fs.rmSync(folder, { recursive: true }));
fs.mkdirSync(path.join(folder, "bin"));
const shell = imageShell(runfile(process.env["ROOTFS"]!), path.join(folder, "bin"));

const local = "/var/lib/ic/data/ic_registry_local_store/registry.json";
const target = path.join(folder, "ic.json5");

/** Renders a config.json (undefined: none is there); gives what was complained about. */
async function render(text: string | undefined): Promise<string> {
  const config = path.join(folder, "config.json");
  fs.rmSync(config, { force: true });
  if (text !== undefined) fs.writeFileSync(config, text);
  const result = await shell.run(runfile(process.env["RENDERER"]!), [config, target]);
  expect(result).toMatchObject({ exitCode: 0 });
  expect(fs.readdirSync(folder).filter((name) => name.endsWith(".new"))).toEqual([]);
  return result.stderr;
}

const rendered = (): { sources: string[]; dataApi: boolean; key: Uint8Array | null } => {
  const { registry, data_api: dataApi, nns_public_key: key } = readNodeConfig(target);
  return { sources: registry.sources, dataApi, key };
};
const defaults = { sources: [local], dataApi: false, key: null };

test("what the configuration tool writes, the node understands", async () => {
  const config = localGuestConfig({ hostname: "n" });
  config.icos_settings.nns_urls = ["http://[2001:db8::1]:8080/", "https://nns.example"];
  expect(await render(JSON.stringify(config))).toBe("");
  expect(rendered()).toEqual({ sources: ["http://[2001:db8::1]:8080/_/registry.json", "https://nns.example/_/registry.json", local], dataApi: true, key: null });
});

test.each([
  ["no file", undefined, /there is no .*config\.json: the node runs with its defaults/],
  ["an empty file", "", /expected one JSON document, got 0/],
  ["a document cut short", '{"icos_settings": {"nns_urls": [', /cannot be used, so the node runs with its defaults: .*(?:parse error|Unfinished)/],
  ["two documents", "{}{}", /expected one JSON document, got 2/],
  ["no object", "[1]", /expected an object, got array/],
  ["bytes that are no text", "\0\u0001", /cannot be used/],
])("%s: the node runs with its defaults, and it is said", async (_, text, complaint) => {
  expect(await render(text)).toMatch(complaint);
  expect(rendered()).toEqual(defaults);
});

test.each([{ icos_settings: null }, { icos_settings: [] }, { icos_settings: "x" }, { guestos_settings: 7 }, { guestos_settings: { guestos_dev_settings: [] } }, { icos_settings: { deployment_environment: {} } }])(
  "settings of another shape than expected count as not there: %j",
  async (config) => {
    expect(await render(JSON.stringify(config))).toBe("");
    expect(rendered()).toEqual(defaults);
  },
);

test("a URL that is none is left out, and it is said; the others stay", async () => {
  const nns_urls = ["ftp://nns.example", "http://good.example", 7, null, "", "http://with space", "http://line\nend", { url: "x" }];
  const complaints = await render(JSON.stringify({ icos_settings: { nns_urls } }));
  expect(complaints.trim().split("\n")).toHaveLength(7);
  expect(complaints).toContain('<4>generate-ic-config: nns_urls: "ftp://nns.example" is no http or https URL, and is left out\n');
  expect(complaints).toContain('nns_urls: "http://line\\nend" is');
  expect(rendered().sources).toEqual(["http://good.example/_/registry.json", local]);
  expect(await render(JSON.stringify({ icos_settings: { nns_urls: "nns.example" } }))).toContain('"nns.example" is no http');
  expect(rendered()).toEqual(defaults);
});

test.each(["no key", 7, {}])("a root key that is none is not replaced by another: the node refuses %j", async (nns_pub_key_override) => {
  await render(JSON.stringify({ guestos_settings: { guestos_dev_settings: { nns_pub_key_override } } }));
  expect(() => readNodeConfig(target)).toThrow(/nns_public_key/);
});

test.each(["upgrade", "Default", "", 7, {}])("guest_vm_type %j: this guest is no node, and what was rendered before is gone", async (guest_vm_type) => {
  await render("{}");
  expect(fs.existsSync(target)).toBe(true);
  await render(JSON.stringify({ guest_vm_type }));
  expect(fs.existsSync(target)).toBe(false);
});
