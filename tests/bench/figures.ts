/** What a scenario measures. */
export type Unit = "s" | "MB" | "%";

/** One measured quantity: a value of each run, ours and, where it does the same, the peer's. */
export interface Figure {
  /** Name for `--only`. */
  name: string;
  title: string;
  unit: Unit;
  ours: number[];
  /** In the order of `ours`: both were measured in turn. Empty when the peer has nothing alike. */
  peer: number[];
  /** User and system cpu seconds of each run, where the figure is a time. */
  oursCpu: number[];
  peerCpu: number[];
}

/** The middle of the sorted values; of an even number, the lower one of the two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}

/** How many times the peer's value ours is: the median over runs measured one after the other, so that a machine's slow minutes hit both. */
export function ratio(ours: readonly number[], peer: readonly number[]): number {
  return median(ours.slice(0, peer.length).map((value, run) => peer[run]! / value));
}
