import { z } from "zod";
import { line, openEnum, orNull } from "./formats.ts";

/** What this virtual machine is for, and where the other one is while a node is upgraded. */
export const machineSettings = {
  guest_vm_type: openEnum(["default", "upgrade"]).default("default").meta({ description: "`upgrade` prepares a new version beside the running node." }),
  upgrade_config: z
    .looseObject({ peer_guest_vm_address: orNull(z.ipv6("expected an IPv6 address")).meta({ description: "The other virtual machine of the upgrade." }) })
    .prefault({})
    .meta({ description: "Upgrade of this node." }),
  trusted_execution_environment_config: orNull(
    z.looseObject({
      sev_cert_chain_pem: z.string().regex(/^-----BEGIN CERTIFICATE-----/, "expected certificates in PEM form").meta({ description: "Certificates of the processor, PEM." }),
    }),
  ).meta({ description: "What attestation needs." }),
  recovery_config: orNull(z.looseObject({ recovery_hash: line.meta({ description: "Hash of the recovery artifacts." }) })).meta({ description: "Recovery of a subnet by hand." }),
};
