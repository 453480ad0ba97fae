import { ExitCode, Failure } from "../../lib/failure.ts";
import type { VmCreated } from "../wire/vm.ts";

/** Where a TCP port of a VM is reached. */
export interface Endpoint {
  host: string;
  port: number;
}

/** Where a VM's port is reached from here: at its own address, or where the farm forwards it; null when it does not. */
export function endpoint(vm: VmCreated, guestPort: number): Endpoint | null {
  if (vm.forwardedPorts === undefined) return { host: vm.ipv6, port: guestPort };
  const forwarded = vm.forwardedPorts.find((one) => one.guestPort === guestPort);
  return forwarded === undefined ? null : { host: forwarded.host, port: forwarded.port };
}

/** Fails when a port that is going to be waited for cannot be reached: `wait` is what the user asked for. */
export function assertReachable(vm: VmCreated, wait: "none" | "ssh" | "healthy"): void {
  const needed = { none: [], ssh: [22], healthy: [22, 8080] }[wait];
  const missing = needed.filter((port) => endpoint(vm, port) === null);
  if (missing.length === 0) return;
  const ports = vm.forwardedPorts?.map((one) => one.guestPort).join(", ") || "none";
  const hint = missing.includes(22) ? "--wait none" : "--wait ssh";
  throw new Failure(`--wait ${wait}: needs the guest's ports ${needed.join(" and ")}, the farm forwards ${ports}`, { exitCode: ExitCode.refused, hint });
}

/** An endpoint in a URL: an IPv6 address stands in brackets. */
export function httpUrl({ host, port }: Endpoint): string {
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
