import type { Machine } from "../../../tools/vm/machine.ts";
import { markCommand } from "./markers.ts";

/** Where the node keeps its state; the store survives upgrades. */
const DATA = "/var/lib/ic/data";

/**
 * Starts a program in the guest that counts: it writes a number to the node's data durably, then marks it on the disk itself, and goes on.
 * After a cut the number there must be the marked one or a later one.
 */
export async function startWitness(machine: Machine): Promise<void> {
  await machine.waitForUnit("var-lib-ic-data.mount", 400);
  const step = [
    "n=$((n + 1))",
    `echo $n >${DATA}/witness.new`,
    `sync ${DATA}/witness.new`,
    `mv ${DATA}/witness.new ${DATA}/witness`,
    `sync ${DATA}`,
    markCommand("witness", "$n"),
    "sleep 0.5",
  ].join("; ");
  const script = `n=$(cat ${DATA}/witness 2>/dev/null || echo 0); while :; do ${step}; done`;
  await machine.succeed("cat >/run/witness.sh", { stdin: script });
  await machine.succeed("systemd-run --quiet --unit=witness sh /run/witness.sh");
}

/** The number that is there. */
export async function readWitness(machine: Machine): Promise<number> {
  return Number(await machine.succeed(`cat ${DATA}/witness 2>/dev/null || echo 0`));
}
