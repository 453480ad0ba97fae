import { expect, test } from "@jest/globals";
import { checkGuestosConfig } from "./check-config.ts";
import { documentOf2025, documentOf2026 } from "./testing/old-documents.ts";

// These documents lie on nodes: when one of these tests fails, the schema has to change, not the document.

test("a document of 2025 is read: defaults for what came later, warnings for what went", () => {
  const { config, problems, warnings } = checkGuestosConfig(documentOf2025);
  expect(problems).toEqual([]);
  expect(warnings).toEqual([
    "icos_settings.logging: removed field (addresses of log collectors): it has no effect, and its name is never used again",
    "icos_settings.use_nns_public_key: removed field (whether the volume brings the NNS key; it is part of the image now): it has no effect, and its name is never used again",
  ]);
  expect(config).toEqual({
    config_version: "1.2.0",
    network_settings: documentOf2025.network_settings,
    icos_settings: {
      ...documentOf2025.icos_settings,
      mgmt_mac: "ec:2a:72:31:a2:0c",
      deployment_environment: "mainnet",
      node_reward_type: null,
      node_operator_private_key: null,
      enable_trusted_execution_environment: false,
    },
    guestos_settings: {
      ...documentOf2025.guestos_settings,
      guestos_dev_settings: { ...documentOf2025.guestos_settings.guestos_dev_settings, dogecoind_addr: null, nns_pub_key_override: null },
    },
    guest_vm_type: "default",
    upgrade_config: { peer_guest_vm_address: null },
    trusted_execution_environment_config: null,
    recovery_config: null,
  });
});

test("a document of 2026 is read as it is", () => {
  const { config, problems, warnings } = checkGuestosConfig(documentOf2026);
  expect({ problems, warnings }).toEqual({ problems: [], warnings: [] });
  const dev = { ...config!.guestos_settings.guestos_dev_settings };
  for (const [name, value] of Object.entries(dev)) if (value === null) delete dev[name as keyof typeof dev];
  expect({ ...config, guestos_settings: { ...config!.guestos_settings, guestos_dev_settings: dev } }).toEqual(documentOf2026);
});

test("a complete document is its own reading", () => {
  for (const document of [documentOf2025, documentOf2026]) {
    const once = checkGuestosConfig(document).config!;
    expect(checkGuestosConfig(JSON.parse(JSON.stringify(once))).config).toEqual(once);
  }
});
