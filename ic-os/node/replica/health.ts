/** States of a replica, as its status names them. `certified_state_behind` is not a step: the disk holds it up. */
export type Health = "starting" | "waiting_for_certified_state" | "healthy" | "certified_state_behind";

/** All states, in the order in which a replica goes through them. */
export const healthStates: readonly Health[] = ["starting", "waiting_for_certified_state", "healthy", "certified_state_behind"];

/** Knows the health of a replica. */
export interface HealthMonitor {
  readonly current: Health;
  /** The state is open; no height has been certified since the start. */
  opened(): void;
  /** A height was certified. */
  certified(): void;
}

/** A monitor that calls a replica behind when no height was certified for `staleMilliseconds`. `changed` hears of each step. */
export function monitorHealth(staleMilliseconds: number, changed: (from: Health, to: Health) => void, now: () => number = () => performance.now()): HealthMonitor {
  let health: Health = "starting";
  let certifiedAt = 0;
  const become = (next: Health): void => {
    if (next === health) return;
    const before = health;
    health = next;
    changed(before, next);
  };
  return {
    get current() {
      if (health === "healthy" && now() - certifiedAt > staleMilliseconds) become("certified_state_behind");
      return health;
    },
    opened() {
      become("waiting_for_certified_state");
    },
    certified() {
      certifiedAt = now();
      become("healthy");
    },
  };
}
