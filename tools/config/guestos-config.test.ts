import { expect, test } from "@jest/globals";
import { guestosConfig, localGuestConfig } from "./guestos-config.ts";

test("the document of a local guest", () => {
  expect(localGuestConfig({ hostname: "guestos-dev-1" })).toEqual({
    config_version: "1.11.0",
    network_settings: { ipv6_config: "RouterAdvertisement", ipv4_config: null, domain_name: null },
    icos_settings: {
      node_reward_type: null,
      mgmt_mac: "6a:00:00:00:00:01",
      deployment_environment: "testnet",
      nns_urls: [],
      use_node_operator_private_key: false,
      enable_trusted_execution_environment: false,
      use_ssh_authorized_keys: true,
      icos_dev_settings: {},
    },
    guestos_settings: {
      inject_ic_crypto: false,
      inject_ic_state: false,
      inject_ic_registry_local_store: false,
      guestos_dev_settings: { hostname: "guestos-dev-1" },
    },
    guest_vm_type: "default",
    upgrade_config: {},
  });
});

test.each(["", "a", "guestos-dev-1", "x".repeat(63)])("takes the host name %j", (hostname) => {
  expect(guestosConfig.safeParse(localGuestConfig({ hostname })).success).toBe(true);
});

test.each(["-a", "a-", "a.b", "ü", "x".repeat(64)])("refuses the host name %j", (hostname) => {
  expect(guestosConfig.safeParse(localGuestConfig({ hostname })).success).toBe(false);
});
