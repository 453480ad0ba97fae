/** A document of the time when config.json was new: log collectors and the NNS key's flag are still in it, later groups are not there yet. */
export const documentOf2025 = {
  config_version: "1.2.0",
  network_settings: {
    ipv6_config: { Deterministic: { prefix: "2001:db8:1:2", prefix_length: 64, gateway: "2001:db8:1:2::1" } },
    ipv4_config: { address: "192.0.2.10", gateway: "192.0.2.1", prefix_length: 24 },
    domain_name: "node.example.org",
  },
  icos_settings: {
    mgmt_mac: "EC:2A:72:31:A2:0C",
    deployment_environment: "Mainnet",
    logging: { elasticsearch_hosts: "collector.example.org:443", elasticsearch_tags: null },
    use_nns_public_key: true,
    nns_urls: ["https://icp-api.example.org", "http://[2001:db8::7]"],
    use_node_operator_private_key: true,
    use_ssh_authorized_keys: false,
    icos_dev_settings: {},
  },
  guestos_settings: {
    inject_ic_crypto: false,
    inject_ic_state: false,
    inject_ic_registry_local_store: false,
    guestos_dev_settings: {
      backup_spool: { backup_retention_time_seconds: 3600, backup_purging_interval_seconds: null },
      malicious_behavior: null,
      query_stats_epoch_length: null,
      bitcoind_addr: "[2001:db8::b]:18444",
      jaeger_addr: null,
      socks_proxy: null,
      hostname: null,
      generate_ic_boundary_tls_cert: null,
    },
  },
};

/** A document of the time without archives: the operator's key is part of it, upgrades and attestation have groups. */
export const documentOf2026 = {
  config_version: "1.11.0",
  network_settings: { ipv6_config: { Fixed: { address: "2001:db8::5/64", gateway: "fe80::1" } }, ipv4_config: null, domain_name: null },
  icos_settings: {
    node_reward_type: "type3.1",
    mgmt_mac: "6a:00:00:00:00:05",
    deployment_environment: "testnet",
    nns_urls: ["http://[2001:db8::6]:8080"],
    use_node_operator_private_key: true,
    node_operator_private_key: "-----BEGIN EC PRIVATE KEY-----\nbm90IGEga2V5\n-----END EC PRIVATE KEY-----\n",
    enable_trusted_execution_environment: true,
    use_ssh_authorized_keys: true,
    icos_dev_settings: {},
  },
  guestos_settings: { inject_ic_crypto: true, inject_ic_state: false, inject_ic_registry_local_store: true, guestos_dev_settings: { nns_pub_key_override: "key", hostname: "" } },
  guest_vm_type: "upgrade",
  upgrade_config: { peer_guest_vm_address: "2001:db8::9" },
  trusted_execution_environment_config: { sev_cert_chain_pem: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" },
  recovery_config: { recovery_hash: "0123abcd" },
};
