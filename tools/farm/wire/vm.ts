import { z } from "zod";
import { hostFeature, vmAllocation } from "./allocation.ts";
import { imageLocation } from "./image-location.ts";
import { vmName } from "./names.ts";

/** `production`: an IC-OS node. `nested`: runs VMs inside. `test`: a helper. `sev`: AMD SEV-SNP. */
export const vmType = z.enum(["production", "nested", "test", "sev"]);
export type VmType = z.infer<typeof vmType>;

/** Body of `POST group/G/vm/V`. A missing optional means the same as null or []. */
export const createVm = z.object({
  type: vmType,
  vCPUs: z.int().min(1),
  memoryKiB: z.int().min(1),
  /** More arguments for QEMU. A farm may refuse them. */
  qemuCliArgs: z.array(z.string()).default([]),
  primaryImage: imageLocation,
  /** The boot disk is grown to at least this; never shrunk. */
  primaryImageMinimalSizeGiB: z.int().min(1).nullable().default(null),
  /** A second network card with an IPv4 address. */
  hasIPv4: z.boolean().default(false),
  /** Instead of the group's. */
  vmAllocation: vmAllocation.nullable().default(null),
  requiredHostFeatures: z.array(hostFeature).default([]),
});
export type CreateVm = z.infer<typeof createVm>;

/** A TCP port of a VM that a farm without routed addresses offers elsewhere. */
export const forwardedPort = z.object({
  guestPort: z.int().min(1).max(65535),
  /** Name or address to connect to. */
  host: z.string().min(1),
  port: z.int().min(1).max(65535),
});
export type ForwardedPort = z.infer<typeof forwardedPort>;

/** Answer of `POST group/G/vm/V`. The address is known before the VM starts. */
export const vmCreated = z.object({
  ipv6: z.ipv6(),
  ipv4: z.ipv4().nullish(),
  /** Of the network card with the IPv6 address. */
  mac6: z.string().regex(/^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i, "expected a MAC address"),
  /** The physical host. */
  hostname: z.string(),
  /** What was really granted. */
  spec: z.object({ vCPUs: z.int().min(1), memoryKiB: z.int().min(1) }),
  /** Extension of our server: where the VM's ports are reached when `ipv6` is not routed. A port that is not listed here cannot be reached then. */
  forwardedPorts: z.array(forwardedPort).optional(),
});
export type VmCreated = z.infer<typeof vmCreated>;

/** A VM as `GET group/G` and `GET group/G/vm/V` show it; an extension of our server. */
export const vmState = vmCreated.extend({
  name: vmName,
  /** `created`: never started. `stopped`: its QEMU has ended by itself, or was destroyed. */
  state: z.enum(["created", "running", "stopped"]),
});
export type VmState = z.infer<typeof vmState>;
