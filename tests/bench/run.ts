import { log } from "../../tools/lib/log.ts";
import type { Figure } from "./figures.ts";
import type { Bench, Sample, Scenario } from "./scenario.ts";
import type { Peer } from "./mkosi/peer.ts";

/** Runs scenarios in order: each run of ours is followed by one of the peer's, so that both meet the same machine. `settle` is called after each with all so far. */
export async function runScenarios(bench: Bench, scenarios: readonly Scenario[], runs: number, settle: (figures: readonly Figure[]) => Promise<void>): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const scenario of scenarios) {
    const figure: Figure = { name: scenario.name, title: scenario.title, unit: scenario.unit, ours: [], peer: [], oursCpu: [], peerCpu: [] };
    const withPeer = hasPeer(bench) && scenario.peer !== undefined ? { run: scenario.peer, bench } : undefined;
    if (withPeer !== undefined) await scenario.preparePeer?.(withPeer.bench);
    for (let round = 0; round < Math.min(runs, scenario.runs ?? runs); round++) {
      note(figure.ours, figure.oursCpu, await scenario.ours(bench, round));
      if (withPeer !== undefined) note(figure.peer, figure.peerCpu, await withPeer.run(withPeer.bench, round));
      log(`${scenario.title}: ${figure.ours.at(-1)?.toFixed(2)} ${scenario.unit}${withPeer === undefined ? "" : `, peer ${figure.peer.at(-1)?.toFixed(2)}`}`);
    }
    figures.push(figure);
    await settle(figures);
  }
  return figures;
}

function note(values: number[], cpus: number[], sample: Sample): void {
  values.push(sample.value);
  if (sample.cpu !== undefined) cpus.push(sample.cpu);
}

function hasPeer(bench: Bench): bench is Bench & { peer: Peer } {
  return bench.peer !== undefined;
}
