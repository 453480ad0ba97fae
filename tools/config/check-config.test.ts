import { expect, test } from "@jest/globals";
import { checkConfigText, checkGuestosConfig, MAX_CONFIG_BYTES } from "./check-config.ts";
import { localGuestConfig } from "./guestos-config.ts";

/** A good document as JSON would give it, changed. */
function changed(change: (document: any) => void): unknown {
  const document = JSON.parse(JSON.stringify(localGuestConfig()));
  change(document);
  return document;
}

const ipv6 = (value: unknown): string[] => checkGuestosConfig(changed((document) => (document.network_settings.ipv6_config = value))).problems;
const path = "network_settings.ipv6_config";

test("every bad field is reported at once: path, expected, got", () => {
  const document = changed((bad) => {
    bad.network_settings.ipv4_config = { address: "192.0.2.300", prefix_length: 33 };
    bad.network_settings.domain_name = "-bad-.org";
    bad.icos_settings.mgmt_mac = "nobody";
    bad.icos_settings.nns_urls = ["not a url", "https://good.example.org", 7];
    bad.icos_settings.use_ssh_authorized_keys = "yes";
    bad.guestos_settings.guestos_dev_settings.query_stats_epoch_length = -1;
    bad.guestos_settings.guestos_dev_settings.socks_proxy = "two\nlines";
    bad.upgrade_config = [];
    delete bad.guestos_settings.inject_ic_crypto;
  });
  expect(checkGuestosConfig(document)).toEqual({
    config: undefined,
    warnings: [],
    problems: [
      'network_settings.ipv4_config.address: expected an IPv4 address, got "192.0.2.300"',
      "network_settings.ipv4_config.gateway: expected an IPv4 address, got nothing",
      "network_settings.ipv4_config.prefix_length: expected 0 to 32, got 33",
      'network_settings.domain_name: expected a domain name such as node.example.org, got "-bad-.org"',
      'icos_settings.mgmt_mac: expected six pairs of hexadecimal digits with colons, got "nobody"',
      'icos_settings.nns_urls[0]: expected an http or https URL, got "not a url"',
      "icos_settings.nns_urls[2]: expected a string, got 7",
      'icos_settings.use_ssh_authorized_keys: expected a boolean, got "yes"',
      "guestos_settings.inject_ic_crypto: expected a boolean, got nothing",
      "guestos_settings.guestos_dev_settings.query_stats_epoch_length: expected a number from 0 to 9007199254740991, got -1",
      'guestos_settings.guestos_dev_settings.socks_proxy: expected one line of text, got "two\\nlines"',
      "upgrade_config: expected an object, got an array of 0",
    ],
  });
});

test("of the ways to an IPv6 address, the one that was meant is judged", () => {
  expect(ipv6({ Fixed: { address: "2001:db8::1" } })).toEqual([
    `${path}.Fixed.address: expected an IPv6 address with its prefix length, such as 2001:db8::1/64, got "2001:db8::1"`,
    `${path}.Fixed.gateway: expected an IPv6 address, got nothing`,
  ]);
  expect(ipv6({ Deterministic: { prefix: "2001:db8:::", prefix_length: 129, gateway: "fe80::1" } })).toEqual([
    `${path}.Deterministic.prefix: expected an IPv6 prefix such as 2001:db8:1:2, got "2001:db8:::"`,
    `${path}.Deterministic.prefix_length: expected 0 to 128, got 129`,
  ]);
  expect(ipv6(4)).toEqual([`${path}: expected "RouterAdvertisement", {"Deterministic": {...}} or {"Fixed": {...}}, got 4`]);
  const good = { address: "2001:db8::1/64", gateway: "fe80::1" };
  expect(ipv6({ Fixed: good, Other: 1 })).not.toEqual([]);
  expect(ipv6({ Fixed: good })).toEqual([]);
  for (const prefix of ["2001:db8:1:2", "2001:db8:1:2::", "2001:db8::"]) expect(ipv6({ Deterministic: { prefix, prefix_length: 64, gateway: "fe80::1" } })).toEqual([]);
});

test("unknown enum values and fields pass with a warning and are kept", () => {
  const document = changed((later) => {
    later.network_settings.ipv6_config = { Dhcp: { server: "2001:db8::1" } };
    later.icos_settings.deployment_environment = "devnet";
    later.guest_vm_type = "recovery";
    later.icos_settings.new_list = [1, { a: null }];
    later.icos_settings.icos_dev_settings = { trace: true };
    later.guestos_settings.guestos_dev_settings.malicious_behavior = { maliciously_gossip: true };
    later["odd name"] = 1;
  }) as Record<string, unknown>;
  const { config, problems, warnings } = checkGuestosConfig(document);
  expect(problems).toEqual([]);
  expect(config).toEqual(document);
  expect(warnings).toEqual([
    'network_settings.ipv6_config: an object with "Dhcp" is unknown to this version, which knows RouterAdvertisement, Deterministic, Fixed: kept',
    'icos_settings.deployment_environment: "devnet" is unknown to this version, which knows mainnet, testnet: kept',
    "icos_settings.icos_dev_settings.trace: unknown field: kept",
    "icos_settings.new_list: unknown field: kept",
    'guest_vm_type: "recovery" is unknown to this version, which knows default, upgrade: kept',
    '["odd name"]: unknown field: kept',
  ]);
});

test("a purpose that could be a path is refused: the guest makes a file of this name", () => {
  expect(checkGuestosConfig(changed((document) => (document.guest_vm_type = "../../etc"))).problems).toEqual(['guest_vm_type: expected "default" or "upgrade", got "../../etc"']);
});

test.each([
  ["1.0.0", [], []],
  ["1.11.7", [], []],
  ["1.12.0", [], ["config_version: 1.12.0 is newer than 1.11.0: fields it added are kept, not checked"]],
  ["2.0.0", ['config_version: expected 1.x.y, got "2.0.0"'], []],
  ["0.9.0", ['config_version: expected 1.x.y, got "0.9.0"'], []],
  ["1.11", ['config_version: expected a version such as 1.11.0, got "1.11"'], []],
  [1, ["config_version: expected a string, got 1"], []],
])("version %j", (version, problems, warnings) => {
  expect(checkGuestosConfig(changed((document) => (document.config_version = version)))).toMatchObject({ problems, warnings });
});

test("the private key is in no message, whatever it is", () => {
  for (const key of ["TOPSECRET", ["TOPSECRET"], { TOPSECRET: 1 }, "-----BEGIN ENCRYPTED PRIVATE KEY-----\nTOPSECRET\n"]) {
    const { problems, warnings } = checkGuestosConfig(changed((document) => (document.icos_settings.node_operator_private_key = key)));
    expect(problems[0]).toMatch(/^icos_settings.node_operator_private_key: expected .*, got something else \(not shown\)$/);
    expect(JSON.stringify({ problems, warnings })).not.toContain("TOPSECRET");
  }
  expect(checkConfigText(Buffer.from('{"key": TOPSECRET}')).problems.join()).not.toContain("TOPSECRET");
});

test.each<[string, string | Buffer, string]>([
  ["huge", Buffer.alloc(MAX_CONFIG_BYTES + 1, " "), "expected at most 1048576 bytes, got 1048577"],
  ["empty", "", "expected JSON, got a syntax error: Unexpected end of JSON input"],
  ["no UTF-8", Buffer.from([0x7b, 0xff, 0x7d]), "expected UTF-8, got other bytes"],
  ["with a byte order mark", "\ufeff{}", "expected JSON, got a syntax error: Unexpected token '\ufeff'"],
  ["not an object", "null", "(top): expected an object, got null"],
  ["a list", "[]", "(top): expected an object, got an array of 0"],
  ["zero bytes outside", "{\0}", "expected JSON, got a syntax error: Expected property name or '}' in JSON at position 1 (line 1 column 2)"],
  ["zero bytes in text", '{"a": "x\\u0000y"}', "a: expected no control characters, got some"],
  ["control characters in a name", '{"\\u001b[2J": 1}', '["\\u001b[2J"]: expected no control characters, got some'],
  ["half a character", '{"a": "\\ud800"}', "a: expected Unicode, got half of a surrogate pair"],
  ["deep", `{"a": ${"[".repeat(200_000)}${"]".repeat(200_000)}}`, "a[0][0][0]...: expected at most 32 levels, got more"],
  ["inexact numbers", '{"a": {"b": 18446744073709551615}}', "a.b: expected a number that is exact in every reader, up to 2^53 - 1, got a larger one"],
  ["infinite numbers", '{"a": 1e999}', "a: expected a number that is exact in every reader, up to 2^53 - 1, got a larger one"],
  ["a prototype", '{"__proto__": {"config_version": "1.11.0"}}', "__proto__: expected no field of this name"],
  ["a prototype inside", '{"icos_settings": {"__proto__": {"mgmt_mac": "6a:00:00:00:00:01"}}}', "icos_settings.__proto__: expected no field of this name"],
])("hostile text, %s", (_name, text, problem) => {
  const { config, problems } = checkConfigText(Buffer.from(text));
  expect(config).toBeUndefined();
  expect(problems).toContain(problem);
  expect(({} as Record<string, unknown>)["config_version"]).toBeUndefined();
});

test("names of JavaScript's own are fields like others", () => {
  const { config, problems, warnings } = checkConfigText(Buffer.from(JSON.stringify(changed((document) => Object.assign(document, { constructor: 1, toString: "x", hasOwnProperty: null })))));
  expect(problems).toEqual([]);
  expect(warnings).toEqual(["constructor: unknown field: kept", "toString: unknown field: kept", "hasOwnProperty: unknown field: kept"]);
  expect(config).toMatchObject({ constructor: 1, toString: "x", hasOwnProperty: null });
});
