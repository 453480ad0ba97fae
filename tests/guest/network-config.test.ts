import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { runfile } from "../../tools/lib/runfiles.ts";
import { imageShell } from "./image-shell.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "network-config-"));
afterAll(() => fs.rmSync(folder, { recursive: true }));
fs.mkdirSync(path.join(folder, "bin"));
const shell = imageShell(runfile(process.env["ROOTFS"]!), path.join(folder, "bin"));

const icos = { mgmt_mac: "7c:c2:55:77:81:08", deployment_environment: "mainnet" };
const ra = { ipv6_config: "RouterAdvertisement", ipv4_config: null };

/** Renders a config.json; gives the host name, the .network file ("" for none) and what was complained about. */
async function render(network: unknown, more: Record<string, unknown> = {}): Promise<{ hostname: string; network: string; problem: string }> {
  const config = path.join(folder, "config.json");
  fs.writeFileSync(config, JSON.stringify({ network_settings: network, icos_settings: icos, ...more }));
  const target = path.join(folder, "networkd");
  fs.rmSync(target, { recursive: true, force: true });
  const hostname = path.join(folder, "hostname");
  const result = await shell.run(runfile(process.env["RENDERER"]!), [config, target, hostname, runfile(process.env["PROGRAM"]!)]);
  expect(result).toMatchObject({ exitCode: 0 });
  const files = fs.readdirSync(target);
  expect(files.filter((name) => name !== "05-enp1s0.network")).toEqual([]);
  const file = files.length === 0 ? "" : fs.readFileSync(path.join(target, files[0]!), "utf8");
  return { hostname: fs.readFileSync(hostname, "utf8").trim(), network: file, problem: result.stderr };
}

const rendered = (...lines: string[]): string => ["[Match]", "Name=enp1s0", "", "[Network]", ...lines, "", "[Link]", "RequiredForOnline=no", ""].join("\n");

test("router advertisements are what the image does anyway; the host name comes from the BMC's MAC", async () => {
  expect(await render(ra)).toEqual({ hostname: "guest-7cc255778108", network: "", problem: "" });
});

// The address is that of dre's mainnet_ipv6_calc.py for the same MAC and prefix.
test.each(["2a0a:5000:0:3", "2a0a:5000:0:3::", "2a0a:5000:0:3::/64"])("deterministic under the prefix %s", async (prefix) => {
  const { network } = await render({ ipv6_config: { Deterministic: { prefix, prefix_length: 64, gateway: "2a0a:5000:0:3::1" } } });
  expect(network).toBe(
    rendered("IPv6AcceptRA=no", "Address=2a0a:5000:0:3:6801:2cff:fe9c:444f/64", "Gateway=2a0a:5000:0:3::1", "DHCP=ipv4"),
  );
});

test("a short prefix is filled with zeros; case of MAC and deployment does not matter", async () => {
  const given = { ipv6_config: { Deterministic: { prefix: "2001:db8", prefix_length: 64, gateway: "2001:db8::1" } } };
  const { network } = await render(given, { icos_settings: { mgmt_mac: "7C:C2:55:77:81:08", deployment_environment: "Mainnet" } });
  expect(network).toContain("\nAddress=2001:db8:0:0:6801:2cff:fe9c:444f/64\n");
});

test("fixed IPv6 and IPv4", async () => {
  const given = { ipv6_config: { Fixed: { address: "fd00::5/56", gateway: "fd00::1" } }, ipv4_config: { address: "192.0.2.7", gateway: "192.0.2.1", prefix_length: 24 } };
  expect((await render(given)).network).toBe(
    rendered("IPv6AcceptRA=no", "Address=fd00::5/56", "Gateway=fd00::1", "Address=192.0.2.7/24", "Gateway=192.0.2.1", "DHCP=no"),
  );
});

test("IPv4 alone keeps router advertisements", async () => {
  const given = { ...ra, ipv4_config: { address: "192.0.2.7", gateway: "192.0.2.1", prefix_length: 24 } };
  expect((await render(given)).network).toBe(rendered("IPv6AcceptRA=yes", "Address=192.0.2.7/24", "Gateway=192.0.2.1", "DHCP=no"));
});

test("an unknown variant: router advertisements, and a warning", async () => {
  const { network, problem } = await render({ ipv6_config: { Martian: {} } });
  expect(network).toBe("");
  expect(problem).toBe('<4>generate-network-config: unknown ipv6_config {"Martian":{}}: using router advertisements and DHCP instead');
});

test.each([
  ["an address with a line of its own", { Fixed: { address: "fd00::5/64\nDNS=::1", gateway: "fd00::1" } }, "bad address"],
  ["a gateway that is none", { Fixed: { address: "fd00::5/64", gateway: "router" } }, "bad address"],
  ["a prefix that is too long", { Deterministic: { prefix: "1:2:3:4:5", prefix_length: 64, gateway: "fd00::1" } }, "bad prefix"],
  ["a bad prefix length", { Deterministic: { prefix: "fd00::", prefix_length: 129, gateway: "fd00::1" } }, "bad prefix length"],
  ["nothing where an address should be", { Fixed: {} }, "bad address"],
])("%s is not taken; IPv4 beside it is", async (_, ipv6_config, message) => {
  const { network, problem } = await render({ ipv6_config, ipv4_config: { address: "192.0.2.7", gateway: "192.0.2.1", prefix_length: 24 } });
  expect(problem).toContain(message);
  expect(problem.split("\n")).toHaveLength(1);
  expect(network).toBe(rendered("IPv6AcceptRA=yes", "Address=192.0.2.7/24", "Gateway=192.0.2.1", "DHCP=no"));
});

test.each([
  ["guestos-dev-1", "guestos-dev-1"],
  ["-bad", "guest-7cc255778108"],
  ["a\nb", "guest-7cc255778108"],
  ["a\n", "guest-7cc255778108"],
  ["", "guest-7cc255778108"],
  [null, "guest-7cc255778108"],
])("host name %j of the dev settings gives %s", async (hostname, expected) => {
  expect((await render(ra, { guestos_settings: { guestos_dev_settings: { hostname } } })).hostname).toBe(expected);
});

test.each(["", "?", null, 7, "\n"])("without a MAC (%j) the host name is the image's", async (mgmt_mac) => {
  expect((await render(ra, { icos_settings: { mgmt_mac } })).hostname).toBe("guestos");
});

test("a line end behind an address breaks nothing open", async () => {
  const { network, problem } = await render({ ipv6_config: { Fixed: { address: "2001:db8::2/64\n", gateway: "2001:db8::1" } } });
  expect({ network, problem }).toEqual({ network: "", problem: expect.stringContaining("bad address 2001:db8::2/64") });
});

test.each([{}, { mgmt_mac: null, deployment_environment: "mainnet" }, { mgmt_mac: "7c:c2:55:77:81:08", deployment_environment: 7 }])(
  "a deterministic address without what it is made of: router advertisements, and a warning (%j)",
  async (icos_settings) => {
    const ipv6_config = { Deterministic: { prefix: "2001:db8::", prefix_length: 64, gateway: "2001:db8::1" } };
    const { network, problem } = await render({ ipv6_config }, { icos_settings });
    expect({ network, problem }).toEqual({ network: "", problem: expect.stringContaining("needs mgmt_mac and deployment_environment: using router advertisements") });
  },
);
