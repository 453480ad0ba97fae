import { z } from "zod";
import { hostFeature, vmAllocation } from "./allocation.ts";
import { groupName, timestamp, ttlSeconds } from "./names.ts";
import { vmState } from "./vm.ts";

/** Who made a group, and why. */
export const groupMetadata = z.object({
  user: z.string().nullable().default(null),
  jobSchedule: z.string().nullable().default(null),
  testName: z.string().nullable().default(null),
});
export type GroupMetadata = z.infer<typeof groupMetadata>;

/** What holds for all VMs of a group. A missing field means the same as null or []. */
export const groupSpec = z.object({
  vmAllocation: vmAllocation.nullable().default(null),
  requiredHostFeatures: z.array(hostFeature).default([]),
  preferredNetwork: z.string().nullable().default(null),
  metadata: groupMetadata.nullable().default(null),
});
export type GroupSpec = z.infer<typeof groupSpec>;

/** Body of `POST group/G`. Older clients send a null ttl: the farm then chooses one. */
export const createGroup = z.object({ ttl: ttlSeconds.nullable().default(null), spec: groupSpec });
export type CreateGroup = z.infer<typeof createGroup>;

/** Answer of `POST group/G`: a newer farm may say nothing at all. */
export const groupCreated = z.object({ expiresAt: timestamp.optional() });

/** Answer of `GET group/G`. All but `expiresAt` is an extension of our server. */
export const groupState = z.object({
  expiresAt: timestamp,
  name: groupName.optional(),
  createdAt: timestamp.optional(),
  spec: groupSpec.optional(),
  vms: z.array(vmState).optional(),
});
export type GroupState = z.infer<typeof groupState>;

/** Answer of `GET group`, an extension of our server: every group there is, in the order of their names. */
export const groupList = z.object({ groups: z.array(groupState.required({ name: true })) });
export type GroupList = z.infer<typeof groupList>;
