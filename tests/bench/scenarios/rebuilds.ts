import { timed } from "../clock.ts";
import type { Scenario } from "../scenario.ts";
import { changeService } from "../service.ts";
import { DISK, freshStages } from "../targets.ts";

/** Different in each round of each benchmark. */
function fresh(round: number): string {
  return `bench-${process.pid}-${round}`;
}

/** Everything that makes an image, on both sides with the packages at hand. */
export const full: Scenario = {
  name: "full",
  title: "packages -> disk, everything fetched, no stage built",
  unit: "s",
  ours: ({ scratch }, round) => scratch.timedBazel(["build", DISK, freshStages(fresh(round))]),
  peer: ({ peer }) => timed(() => peer.full()),
};

/** A file of the root file system that is no program. */
export const component: Scenario = {
  name: "component",
  title: "rebuild after one changed file",
  unit: "s",
  ours: async ({ scratch }, round) => {
    scratch.edit("ic-os/components/networking/hosts", `127.0.0.1 localhost\n127.0.0.${round + 2} ${fresh(round)}\n`);
    return scratch.timedBazel(["build", DISK]);
  },
  preparePeer: ({ peer }) => peer.prepareIncremental(),
  peer: ({ peer }, round) => timed(() => peer.changed(fresh(round))),
};

/** A program of 24 MB, which enters in the last stages. The peer makes no difference between files. */
export const service: Scenario = {
  name: "service",
  title: "rebuild after a changed service binary (24 MB)",
  unit: "s",
  ours: async ({ scratch }, round) => {
    changeService(scratch, fresh(round));
    return scratch.timedBazel(["build", DISK]);
  },
};

/** Nothing changed. */
export const noop: Scenario = {
  name: "noop",
  title: "no-op",
  unit: "s",
  ours: ({ scratch }) => scratch.timedBazel(["build", DISK]),
  peer: ({ peer }) => timed(() => peer.noop()),
};

/** What asking Bazel's server anything takes: the no-op cannot be faster. */
export const roundTrip: Scenario = {
  name: "round-trip",
  title: "Bazel's own round trip (bazel info)",
  unit: "s",
  ours: ({ scratch }) => scratch.timedBazel(["info", "server_pid"]),
};
