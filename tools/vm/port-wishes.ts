import { ExitCode, Failure } from "../lib/failure.ts";
import type { PortWish } from "./machine-options.ts";
import { freePort, isPortFree } from "./ports.ts";
import type { Forward } from "./network-cards.ts";

/** A free port of 127.0.0.1 for each wish; a later wish for the same guest port replaces the earlier. */
export async function choosePorts(wishes: readonly PortWish[]): Promise<Forward[]> {
  const byGuestPort = new Map(wishes.map((wish) => [wish.guestPort, wish]));
  const required = [...byGuestPort.values()].filter((wish) => wish.required === true).map((wish) => wish.hostPort ?? 0);
  const chosen: Forward[] = [];
  for (const wish of byGuestPort.values()) {
    if (wish.required === true && wish.hostPort !== undefined) await assertFree(wish.hostPort, wish.guestPort);
    const taken = [...chosen.map((forward) => forward.hostPort), ...(wish.required === true ? [] : required)];
    const hostPort = wish.required === true ? wish.hostPort : undefined;
    chosen.push({ guestPort: wish.guestPort, hostPort: hostPort ?? (await freePort(wish.hostPort, taken)) });
  }
  return chosen;
}

/** Fails when a port was asked for by number and is taken. */
async function assertFree(port: number, guestPort: number): Promise<void> {
  if (await isPortFree(port)) return;
  throw new Failure(`port ${port} of 127.0.0.1 (for port ${guestPort} of the guest) is taken`, {
    exitCode: ExitCode.host,
    hint: "leave the flag out: a free port is chosen and printed",
  });
}

/** True when QEMU said that it could not bind a forwarded port. */
export function isPortConflict(qemuLog: string): boolean {
  return qemuLog.includes("Could not set up host forwarding rule");
}
