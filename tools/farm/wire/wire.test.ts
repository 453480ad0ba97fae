import { expect, test } from "@jest/globals";
import { attachDrives } from "./drives.ts";
import { fileClaimed, filesUploaded, uploadedIds } from "./file.ts";
import { createGroup, groupCreated, groupState } from "./group.ts";
import { groupName } from "./names.ts";
import { paths } from "./paths.ts";
import { createVm, vmCreated } from "./vm.ts";

const sum = "ab".repeat(32);
const url = "http://127.0.0.1:8000/disk.tar.zst";
const vm = { type: "production", vCPUs: 2, memoryKiB: 25165824, primaryImage: { _tag: "icOsImageViaUrl", url, sha256: sum } };
const created = { ipv6: "fd00::6801:2fff:fe00:1", mac6: "6a:01:2f:00:00:01", hostname: "host-1", spec: { vCPUs: 2, memoryKiB: 25165824 } };

test("a request without its optional fields means the same as one with nulls and empty lists", () => {
  const full = { ...vm, qemuCliArgs: [], primaryImageMinimalSizeGiB: null, hasIPv4: false, vmAllocation: null, requiredHostFeatures: [] };
  expect(createVm.parse(vm)).toEqual(full);
  expect(createVm.parse(full)).toEqual(full);
  const spec = { vmAllocation: null, requiredHostFeatures: [], preferredNetwork: null, metadata: null };
  expect(createGroup.parse({ ttl: 90, spec: {} })).toEqual({ ttl: 90, spec });
  expect(createGroup.parse({ ttl: null, spec })).toEqual({ ttl: null, spec });
});

test("both generations of an upload's answer", () => {
  for (const answer of [{ imageIds: { "config.img": sum } }, { fileIds: { "config.img": sum } }]) {
    expect(uploadedIds(filesUploaded.parse(answer))).toEqual({ "config.img": sum });
  }
  expect(filesUploaded.safeParse({ ids: {} }).success).toBe(false);
  expect(fileClaimed.parse({ expiration: null })).toEqual({ expiration: null });
});

test("a farm may say nothing about the group it made, or more than we know", () => {
  expect(groupCreated.parse({})).toEqual({});
  expect(groupCreated.parse({ expiresAt: "2026-01-31T12:00:00.123456789Z", more: 1 })).toEqual({ expiresAt: "2026-01-31T12:00:00.123456789Z" });
  expect(groupState.parse({ expiresAt: "2026-01-31T12:00:00+00:00" })).toEqual({ expiresAt: "2026-01-31T12:00:00+00:00" });
});

test("a created VM without IPv4, with a null one, and behind forwarded ports", () => {
  expect(vmCreated.parse(created)).toEqual(created);
  expect(vmCreated.parse({ ...created, ipv4: null }).ipv4).toBeNull();
  const forwardedPorts = [{ guestPort: 22, host: "127.0.0.1", port: 40022 }];
  expect(vmCreated.parse({ ...created, forwardedPorts })).toEqual({ ...created, forwardedPorts });
  expect(vmCreated.safeParse({ ...created, ipv6: "not-an-address" }).success).toBe(false);
});

test("drives by id and by URL, with nulls and without", () => {
  const byId = { _tag: "imageViaId", id: sum, url: null, sha256: null };
  const byUrl = { _tag: "icOsImageViaUrl", id: null, url, sha256: sum };
  expect(attachDrives.parse({ drives: [{ _tag: "imageViaId", id: sum }, byUrl] })).toEqual({ drives: [byId, byUrl] });
  expect(attachDrives.safeParse({ drives: [{ _tag: "imageViaId", id: sum, url }] }).success).toBe(false);
});

test("only known allocations, features, types and schemes", () => {
  const refused = (changes: object): boolean => !createVm.safeParse({ ...vm, ...changes }).success;
  expect(refused({})).toBe(false);
  expect(refused({ requiredHostFeatures: ["dc=zh1", "performance"] })).toBe(false);
  expect(refused({ requiredHostFeatures: ["fast"] })).toBe(true);
  expect(refused({ vmAllocation: "anywhere" })).toBe(true);
  expect(refused({ type: "huge" })).toBe(true);
  expect(refused({ primaryImage: { _tag: "imageViaUrl", url: "file:///etc/passwd", sha256: sum } })).toBe(true);
  expect(refused({ vCPUs: 0 })).toBe(true);
});

test("names are no paths", () => {
  expect(groupName.safeParse("test_single_vm--1700000000000").success).toBe(true);
  for (const bad of ["", ".", "..", "../x", "a/b", "-x", "a b", "a\n", "ä", "x".repeat(129)]) expect(groupName.safeParse(bad).success).toBe(false);
  expect(paths.console("a/../b", "v")).toBe("group/a%2F..%2Fb/vm/v/console/");
});
