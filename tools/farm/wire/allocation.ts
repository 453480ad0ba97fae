import { z } from "zod";

/** How a farm spreads the VMs of a group over its hosts. */
export const vmAllocation = z.enum(["distributeToArbitraryHost", "distributeWithinSingleHost", "distributeAcrossDcs"]);
export type VmAllocation = z.infer<typeof vmAllocation>;

/** What a host must offer: `dc=<name>`, `host=<name>`, or one of the named features. */
export const hostFeature = z
  .string()
  .regex(/^(?:dc=.+|host=.+|AMD-SEV-SNP|SNS-load-test|performance)$/, "expected dc=NAME, host=NAME, AMD-SEV-SNP, SNS-load-test or performance");
export type HostFeature = z.infer<typeof hostFeature>;
