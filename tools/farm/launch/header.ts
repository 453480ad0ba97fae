import { pasteable } from "../../lib/pasteable.ts";
import type { VmCreated } from "../wire/vm.ts";
import { formatDuration } from "./duration.ts";
import type { Endpoint } from "./endpoints.ts";
import type { GroupRecord } from "./group-record.ts";
import type { RemoteRequest } from "./request.ts";

/** What is known of a VM that was started. */
export interface RemoteFacts {
  record: GroupRecord;
  vm: VmCreated;
  image: { label: string; sha256: string; version: string | null };
}

/** The line that a user pastes to log in. */
export function remoteSshCommand(endpoint: Endpoint, user: string, identity: string | undefined): string {
  const port = endpoint.port === 22 ? [] : ["-p", String(endpoint.port)];
  const key = identity === undefined ? [] : ["-i", identity];
  const options = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR"];
  return pasteable("ssh", [...port, ...key, ...options, `${user}@${endpoint.host}`]);
}

/** The lines at the start of a remote launch. Their first words and order are stable. */
export function remoteHeader({ record, vm, image }: RemoteFacts): string[] {
  return [
    `image   ${image.label} sha256 ${image.sha256.slice(0, 12)}${image.version === null ? "" : ` version ${image.version}`}`,
    `vm      ${record.vm} on ${vm.hostname}: ${vm.spec.vCPUs} vCPUs, ${Math.round(vm.spec.memoryKiB / 1024)} MiB, ${vm.ipv6}`,
    `ssh     ${record.sshCommand ?? "not reachable"}`,
    `api     ${record.api ?? "not reachable"}`,
    `console ${record.consoleUrl ?? ""}`,
    `group   ${record.group} on ${record.farm}`,
  ];
}

/** When a group that was left running ends, and what to do about it. */
export function expiryLines(request: RemoteRequest, group: string, expiresAt: Date): string[] {
  const { extend, delete: remove } = request.target.siblings;
  return [
    `expires in ${formatDuration((expiresAt.getTime() - Date.now()) / 1000)} (${expiresAt.toISOString()})`,
    `later   bazel run ${extend} -- --group ${group} --ttl 2h`,
    `sooner  bazel run ${remove} -- --group ${group}`,
  ];
}

/** The one object that `--json` prints. */
export function remoteJson({ record, vm, image }: RemoteFacts, ready: { readySeconds: number | null; expiresAt: Date | null }): Record<string, unknown> {
  return {
    ...{ group: record.group, farm: record.farm, vm: record.vm, label: record.label, hostname: vm.hostname, ipv6: vm.ipv6, ipv4: vm.ipv4 ?? null },
    ...{ vCPUs: vm.spec.vCPUs, memoryKiB: vm.spec.memoryKiB, forwardedPorts: vm.forwardedPorts ?? [] },
    ...{ sshCommand: record.sshCommand, api: record.api, consoleUrl: record.consoleUrl, image },
    ...{ detached: ready.expiresAt !== null, expiresAt: ready.expiresAt?.toISOString() ?? null, readySeconds: ready.readySeconds },
  };
}
