import { expect } from "@jest/globals";
import { useGuest, type Machine } from "rules_icos/vm/testing";

const guest = useGuest("appliance", (machine) => machine.start(), { memoryMiB: 256 });

/** The disk holds no boot loader: the firmware looks for one on it, says so on the serial line, and that is all. */
async function firmware(machine: Machine): Promise<string> {
  return (await machine.waitForConsole(/BdsDxe: .*/, 240))[0];
}

guest.test("the appliance's disk is in a machine, and its firmware looks for a boot loader", async (machine) => {
  expect(await firmware(machine)).toMatch(/^BdsDxe: /);
  expect(machine.qemuVersion).toMatch(/^\d+\.\d+\.\d+$/);
});
