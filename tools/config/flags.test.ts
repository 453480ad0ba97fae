import fs from "node:fs";
import path from "node:path";
import { expect, test } from "@jest/globals";
import { scratchFolder } from "../lib/atomic.ts";
import { withGuestFlags } from "./guest-flags.ts";
import { localGuestConfig } from "./guestos-config.ts";
import { withNetworkFlags, type NetworkFlags } from "./network-flags.ts";
import { authorizedKeys } from "./ssh-key-flags.ts";

const network = localGuestConfig().network_settings;
const withNetwork = (flags: NetworkFlags): unknown => withNetworkFlags(network, flags);

test("no network flag changes nothing", () => {
  expect(withNetwork({})).toEqual(network);
});

test("the way to the address follows from its flags", () => {
  expect(withNetwork({ deterministicPrefix: "2001:db8:1:2", deterministicGateway: "fe80::1" })).toMatchObject({
    ipv6_config: { Deterministic: { prefix: "2001:db8:1:2", prefix_length: 64, gateway: "fe80::1" } },
  });
  expect(withNetwork({ fixedAddress: "2001:db8::1/48", fixedGateway: "fe80::1", domainName: "n.example.org" })).toMatchObject({
    ipv6_config: { Fixed: { address: "2001:db8::1/48", gateway: "fe80::1" } },
    domain_name: "n.example.org",
  });
  expect(withNetwork({ ipv4Address: "192.0.2.2", ipv4Gateway: "192.0.2.1", ipv4PrefixLength: 24 })).toMatchObject({
    ipv6_config: "RouterAdvertisement",
    ipv4_config: { address: "192.0.2.2", gateway: "192.0.2.1", prefix_length: 24 },
  });
});

test("half a network and two ways are refused, with every flag that is missing", () => {
  expect(() => withNetwork({ ipv6ConfigType: "Deterministic", fixedAddress: "2001:db8::1/64", ipv4Address: "192.0.2.2" })).toThrow(
    [
      "network flags: 5 problems",
      "  - --fixed-* given, but the address is to be Deterministic",
      "  - --deterministic-prefix is missing",
      "  - --deterministic-gateway is missing",
      "  - --ipv4-gateway is missing",
      "  - --ipv4-prefix-length is missing",
    ].join("\n"),
  );
});

test("flags of the node change their fields, and no others", () => {
  using folder = scratchFolder("flags-test");
  const key = path.join(folder.path, "key.pem");
  fs.writeFileSync(key, "a key");
  const config = localGuestConfig({ hostname: "old" });
  const changed = withGuestFlags(
    config,
    {
      hostname: "node-1",
      nnsUrl: ["http://[2001:db8::6]"],
      nodeOperatorKey: "key.pem",
      guestVmType: "upgrade",
      devSetting: ["query_stats_epoch_length=60", "socks_proxy=socks5://[2001:db8::1]:1080", 'backup_spool={"backup_retention_time_seconds":9}'],
    },
    (typed) => path.join(folder.path, typed),
  );
  const expected = localGuestConfig({ hostname: "node-1" });
  Object.assign(expected, { guest_vm_type: "upgrade" });
  Object.assign(expected.icos_settings, { nns_urls: ["http://[2001:db8::6]"], use_node_operator_private_key: true, node_operator_private_key: "a key" });
  Object.assign(expected.guestos_settings.guestos_dev_settings, { query_stats_epoch_length: 60, socks_proxy: "socks5://[2001:db8::1]:1080", backup_spool: { backup_retention_time_seconds: 9 } });
  expect(changed).toEqual(expected);
  expect(config).toEqual(localGuestConfig({ hostname: "old" }));
});

test("a development setting must be a known one", () => {
  expect(() => withGuestFlags(localGuestConfig(), { devSetting: ["nonsense=1", "__proto__={}", "hostname"] }, String)).toThrow(/3 problems[\s\S]*got "nonsense=1"[\s\S]*got "__proto__=\{\}"[\s\S]*got "hostname"/);
});

test("keys open the account that is named, else admin and root", () => {
  using folder = scratchFolder("flags-test");
  const key = (name: string): string => `ssh-ed25519 AAAA${name}`;
  for (const name of ["a", "b", "x=y"]) fs.writeFileSync(path.join(folder.path, name), `${key(name.replace("=", ""))}\n`);
  const at = (typed: string): string => path.join(folder.path, typed);
  expect(authorizedKeys(["a", "readonly=b", "admin=a", "x=y"], at)).toEqual({ admin: [key("a"), key("xy")], root: [key("a"), key("xy")], readonly: [key("b")] });
  expect(() => authorizedKeys(["nobody=a"], at)).toThrow(`--ssh-key: ${at("nobody=a")}: ENOENT`);
});
