import { expect, test } from "@jest/globals";
import { ExitCode } from "../../lib/failure.ts";
import { formatDuration, parseDuration } from "./duration.ts";
import { assertReachable, endpoint, httpUrl } from "./endpoints.ts";
import { remoteSshCommand } from "./header.ts";
import { detachedTtl, imageSource, parseDisk, parseHostFeatures } from "./remote-flags.ts";
import { whichFarm } from "./which-farm.ts";

const sum = "ab".repeat(32);

test.each([
  ["90", 90],
  ["90s", 90],
  ["1.5h", 5400],
  ["15m", 900],
  ["2d", 172800],
])("--ttl %s is %d s", (typed, seconds) => {
  expect(parseDuration("--ttl", typed)).toBe(seconds);
});

test.each(["", "0", "-1", "0.1s", "1w", "soon", "99999999999"])("--ttl %j is refused", (typed) => {
  expect(() => parseDuration("--ttl", typed)).toThrow("--ttl: expected seconds or a duration");
});

test("a duration for people", () => {
  expect([0, 59.6, 60, 3661, 7199, 90000, -5].map(formatDuration)).toEqual(["0 s", "1 min", "1 min", "1 h 1 min", "1 h 59 min", "1 d 1 h", "0 s"]);
});

test("where the image comes from: a URL, the flag's store, the user's, the setting's, or from here", () => {
  expect(imageSource({ imageUrl: `http://store/cas/${sum}` }, "http://set", {})).toEqual({ kind: "url", url: `http://store/cas/${sum}`, sha256: sum });
  expect(imageSource({ imageUrl: "http://h/image", imageSha256: sum }, "", {})).toEqual({ kind: "url", url: "http://h/image", sha256: sum });
  const environment = { ICOS_ARTIFACT_STORE: "http://env", ICOS_ARTIFACT_DOWNLOAD_URL: "http://inside" };
  expect(imageSource({ artifactStore: "http://flag" }, "http://set", environment)).toEqual({ kind: "store", url: "http://flag", downloadUrl: "http://inside" });
  expect(imageSource({}, "http://set", environment)).toMatchObject({ url: "http://env" });
  expect(imageSource({}, "http://set", {})).toEqual({ kind: "store", url: "http://set", downloadUrl: undefined });
  expect(imageSource({}, "", {})).toEqual({ kind: "upload" });
  for (const imageUrl of ["http://h/image", "file:///image", "image"]) expect(() => imageSource({ imageUrl }, "", {})).toThrow("--image-url");
});

test("the farm: flag, environment, setting; without one it says where one comes from", () => {
  expect([whichFarm("http://flag", "http://set", { ICOS_FARM_URL: "http://env" }), whichFarm(undefined, "http://set", { ICOS_FARM_URL: "http://env" }), whichFarm(undefined, "http://set", {})]).toEqual(["http://flag", "http://env", "http://set"]);
  expect(() => whichFarm(undefined, "", {})).toThrow(expect.objectContaining({ exitCode: ExitCode.usage, hint: expect.stringContaining("--config=systest") }));
});

test("sizes, features and lives are checked before a farm is asked", () => {
  expect([parseDisk(undefined), parseDisk("100"), parseDisk("100g")]).toEqual([undefined, 100, 100]);
  for (const typed of ["0", "1.5G", "1T", "small"]) expect(() => parseDisk(typed)).toThrow("--disk: expected a size in GiB");
  expect(parseHostFeatures(["dc=zh1", "performance"])).toEqual(["dc=zh1", "performance"]);
  expect(() => parseHostFeatures(["fast", "quick"])).toThrow("--host-feature: 2 problems");
  expect([detachedTtl({ detach: true }), detachedTtl({ detach: true, ttl: "2h" }), detachedTtl({ detach: false })]).toEqual([3600, 7200, undefined]);
  expect(() => detachedTtl({ detach: false, ttl: "2h" })).toThrow("without --detach");
});

const vm = { ipv6: "fd00::7", mac6: "6a:01:00:00:00:07", hostname: "h", spec: { vCPUs: 1, memoryKiB: 1 } };
const behind = (...ports: number[]) => ({ ...vm, forwardedPorts: ports.map((guestPort) => ({ guestPort, host: "farm.example.org", port: guestPort + 20000 })) });

test("a port is at the VM's address, or where the farm forwards it", () => {
  expect(httpUrl(endpoint(vm, 8080)!)).toBe("http://[fd00::7]:8080");
  expect(httpUrl(endpoint(behind(22, 8080), 8080)!)).toBe("http://farm.example.org:28080");
  expect(endpoint(behind(22), 8080)).toBeNull();
  expect(remoteSshCommand(endpoint(vm, 22)!, "root", undefined)).toMatch(/^ssh -o .* root@fd00::7$/);
  expect(remoteSshCommand(endpoint(behind(22), 22)!, "admin", "/state/key")).toMatch(/^ssh -p 20022 -i \/state\/key .* admin@farm\.example\.org$/);
});

test("what cannot be reached cannot be waited for", () => {
  for (const wait of ["none", "ssh", "healthy"] as const) expect(() => assertReachable(vm, wait)).not.toThrow();
  expect(() => assertReachable(behind(), "none")).not.toThrow();
  expect(() => assertReachable(behind(22), "healthy")).toThrow(expect.objectContaining({ message: "--wait healthy: needs the guest's ports 22 and 8080, the farm forwards 22", hint: "--wait ssh" }));
  expect(() => assertReachable(behind(), "ssh")).toThrow(expect.objectContaining({ exitCode: ExitCode.refused, hint: "--wait none" }));
});
