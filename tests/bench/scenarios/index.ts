import type { Scenario } from "../scenario.ts";
import { firstBoot, secondBoot } from "../guest/boots.ts";
import { boot } from "./boot.ts";
import { component, full, noop, roundTrip, service } from "./rebuilds.ts";
import { archiveSize, rootSize } from "./sizes.ts";
import { equalStages } from "./equal-stages.ts";
import { startup } from "./startup.ts";
import { remoteCache } from "./transfers.ts";

/** Every scenario, in the order of the report. A new one is a module beside this and a name here. */
export const SCENARIOS: readonly Scenario[] = [full, component, service, noop, roundTrip, archiveSize, rootSize, boot, firstBoot, secondBoot, startup, equalStages, ...remoteCache];
