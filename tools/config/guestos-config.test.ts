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
      node_operator_private_key: null,
      enable_trusted_execution_environment: false,
      use_ssh_authorized_keys: true,
      icos_dev_settings: {},
    },
    guestos_settings: {
      inject_ic_crypto: false,
      inject_ic_state: false,
      inject_ic_registry_local_store: false,
      guestos_dev_settings: {
        backup_spool: null,
        malicious_behavior: null,
        query_stats_epoch_length: null,
        bitcoind_addr: null,
        dogecoind_addr: null,
        jaeger_addr: null,
        socks_proxy: null,
        hostname: "guestos-dev-1",
        generate_ic_boundary_tls_cert: null,
        nns_pub_key_override: null,
      },
    },
    guest_vm_type: "default",
    upgrade_config: { peer_guest_vm_address: null },
    trusted_execution_environment_config: null,
    recovery_config: null,
  });
});

const withHostname = (hostname: string): unknown => {
  const config = localGuestConfig();
  config.guestos_settings.guestos_dev_settings.hostname = hostname;
  return config;
};

test.each(["", "a", "guestos-dev-1", "x".repeat(63)])("takes the host name %j", (hostname) => {
  expect(guestosConfig.safeParse(withHostname(hostname)).success).toBe(true);
});

test.each(["-a", "a-", "a.b", "ü", "a\n", "x".repeat(64)])("refuses the host name %j", (hostname) => {
  expect(guestosConfig.safeParse(withHostname(hostname)).success).toBe(false);
});
