import type { Peer } from "./mkosi/peer.ts";
import type { Pinned } from "./pinned.ts";
import type { Scratch } from "./scratch.ts";
import type { Unit } from "./figures.ts";

/** What scenarios work with. */
export interface Bench {
  scratch: Scratch;
  /** Programs of this project's toolchains. */
  pinned: Pinned;
  /** Absent with `--no-peer`. */
  peer: Peer | undefined;
  /** A folder for what a scenario needs; emptied before each run of the benchmark. */
  folder: string;
}

/** A value, and the cpu time it took where it is a time. */
export interface Sample {
  value: number;
  cpu?: number;
}

/** One quantity that is measured several times, ours and the peer's in turn. */
export interface Scenario {
  /** Name for `--only`. */
  name: string;
  title: string;
  unit: Unit;
  /** Runs of it when fewer than asked for are enough: what is not a time hardly varies. */
  runs?: number;
  /** One run. `round` differs between the runs of one benchmark. */
  ours(bench: Bench, round: number): Promise<Sample>;
  /** The same done by the peer; absent when it has nothing alike. */
  peer?(bench: Bench & { peer: Peer }, round: number): Promise<Sample>;
  /** What the peer needs once before its first run of this scenario. */
  preparePeer?(bench: Bench & { peer: Peer }): Promise<void>;
}
