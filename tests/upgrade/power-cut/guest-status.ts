import type { Status } from "../../../ic-os/manageboot/status.ts";
import type { Machine } from "../../../tools/vm/machine.ts";

/** Asks a guest for the state of its slots. */
export async function readStatus(machine: Machine): Promise<Status> {
  return JSON.parse(await machine.succeed("manageboot guestos status --json")) as Status;
}
