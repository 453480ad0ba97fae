import { expect, test } from "@jest/globals";
import { checkGuestosConfig } from "./check-config.ts";
import { localGuestConfig } from "./guestos-config.ts";
import { documentOf2026 } from "./testing/old-documents.ts";
import { understood } from "./understood.ts";

test("unknown values are unknown; what was read is not changed", () => {
  const config = localGuestConfig();
  config.network_settings.ipv6_config = { Dhcp: {} };
  config.icos_settings.deployment_environment = "devnet";
  config.guest_vm_type = "recovery";
  const before = structuredClone(config);
  expect(understood(config)).toMatchObject({ network_settings: { ipv6_config: "Unknown" }, icos_settings: { deployment_environment: "unknown" }, guest_vm_type: "unknown" });
  expect(config).toEqual(before);
});

test("known values stay, the key is shown on demand only", () => {
  const config = checkGuestosConfig(documentOf2026).config!;
  expect(understood(config, "show")).toEqual(config);
  expect(understood(config).icos_settings.node_operator_private_key).toBe("(not shown)");
  expect(understood(localGuestConfig()).icos_settings.node_operator_private_key).toBeNull();
});
