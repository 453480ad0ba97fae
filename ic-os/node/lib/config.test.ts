import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { readNodeConfig } from "./config.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "config-"));
afterAll(() => fs.rmSync(folder, { recursive: true }));

function write(content: string): string {
  const file = path.join(folder, "ic.json5");
  fs.writeFileSync(file, content);
  return file;
}

test("an empty configuration is whole", () => {
  const config = readNodeConfig(write("{}"));
  expect(config.http_handler.listen_addr).toEqual({ host: "::", port: 8080 });
  expect(config.orchestrator.dashboard.port).toBe(7070);
  expect(config.state_manager.state_root).toBe("/var/lib/ic/data");
  expect(config.firewall.ssh_prefixes).toEqual({ ipv4: ["0.0.0.0/0"], ipv6: ["::/0"] });
  expect(config.data_api).toBe(false);
});

test("JSON5 and plain JSON are read", () => {
  expect(readNodeConfig(write("// a comment\n{ data_api: true, }")).data_api).toBe(true);
  expect(readNodeConfig(write('{"data_api": true}')).data_api).toBe(true);
});

test("a public key becomes its DER", () => {
  const pem = "-----BEGIN PUBLIC KEY-----\nAQID\n-----END PUBLIC KEY-----\n";
  expect(readNodeConfig(write(JSON.stringify({ nns_public_key: pem }))).nns_public_key).toEqual(Uint8Array.of(1, 2, 3));
});

test("every bad field is named at once, by its path", () => {
  const file = write(
    JSON.stringify({
      http_handler: { listen_addr: "8080" },
      firewall: { ssh_prefixes: { ipv4: ["10.0.0.0/8", "10.0.0.0/40"] } },
      registry: { sources: ["registry.json"], poll_seconds: 0 },
      nns_public_key: "no key",
      unknown_field: 1,
    }),
  );
  expect(() => readNodeConfig(file)).toThrow(/6 problems/);
  try {
    readNodeConfig(file);
  } catch (error) {
    const { message } = error as Error;
    expect(message).toContain(file);
    expect(message).toContain('http_handler.listen_addr: expected an address and a port such as [::]:8080, got "8080"');
    expect(message).toContain('firewall.ssh_prefixes.ipv4[1]: expected an IPv4 prefix such as 10.0.0.0/8, got "10.0.0.0/40"');
    expect(message).toContain("registry.sources[0]: expected an absolute path");
    expect(message).toContain("registry.poll_seconds: ");
    expect(message).toContain("nns_public_key: expected a public key in PEM");
    expect(message).toContain("unknown_field");
  }
});

test("a file that is no JSON5 is named with the place of the error", () => {
  expect(() => readNodeConfig(write("{\n  data_api: maybe }"))).toThrow(/ic\.json5: no JSON5: invalid character 'm' at 2:13/);
});

test("a missing file is named", () => {
  expect(() => readNodeConfig(path.join(folder, "none"))).toThrow(/none: the configuration cannot be read/);
});
