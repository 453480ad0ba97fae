import fs from "node:fs";
import type { Scenario } from "../scenario.ts";
import { benchGuest, bootToHealthy } from "./bench-guest.ts";
import { showSlowestUnits } from "./slowest-units.ts";

/** Seconds for the guest to power off by itself: what it wrote must be on its disk. */
const POWER_OFF = 300;

/** The boot that makes keys, /var and the store. */
export const firstBoot: Scenario = {
  name: "first-boot",
  title: "first power-on to healthy node, software emulation",
  unit: "s",
  ours: async (bench, round) => {
    const guest = await benchGuest(bench, round);
    try {
      const sample = await bootToHealthy(guest);
      await showSlowestUnits(guest.machine, "first boot");
      return sample;
    } finally {
      await guest.machine.stop(POWER_OFF);
    }
  },
};

/** Every boot after that, of the guests of `first-boot`; without them they are made first. */
export const secondBoot: Scenario = {
  name: "second-boot",
  title: "second power-on to healthy node, software emulation",
  unit: "s",
  ours: async (bench, round) => {
    const guest = await benchGuest(bench, round);
    try {
      if (!fs.existsSync(guest.machine.console.file)) {
        await bootToHealthy(guest);
        await guest.machine.stop(POWER_OFF);
      }
      const sample = await bootToHealthy(guest);
      await showSlowestUnits(guest.machine, "second boot");
      return sample;
    } finally {
      await guest.machine.stop(POWER_OFF);
      fs.rmSync(guest.folder, { recursive: true });
    }
  },
};
