import type { VmCreated } from "../wire/vm.ts";

/** Something a program that reads the log wants to know. Names and fields are those that `ict` and its like look for. */
export type FarmEvent =
  | { event_name: "farm_group_name_created_event"; body: { group: string } }
  | { event_name: "farm_vm_created_event"; body: { vm_name: string; hostname: string; ipv6: string; v_cpus: number; memory_ki_b: number } }
  | { event_name: "vm_console_link_created_event"; body: { url: string; vm_name: string } };

/** An event as a line of the log: JSON that begins with `{"event_name":`. */
export function eventLine(event: FarmEvent): string {
  return JSON.stringify({ event_name: event.event_name, body: event.body });
}

/** The event for a VM that a farm has created. */
export function vmCreatedEvent(vm: string, { hostname, ipv6, spec }: VmCreated): FarmEvent {
  return { event_name: "farm_vm_created_event", body: { vm_name: vm, hostname, ipv6, v_cpus: spec.vCPUs, memory_ki_b: spec.memoryKiB } };
}
