import { log } from "../../../tools/lib/log.ts";
import type { Machine } from "../../../tools/vm/machine.ts";

const SECONDS = 300;

/** Shows where the time of a boot went: the slowest units, and the chain that the node waited for. */
export async function showSlowestUnits(machine: Machine, boot: string): Promise<void> {
  await machine.waitForSsh(SECONDS);
  // A boot that is not finished has no analysis yet.
  await machine.exec("systemctl is-system-running --wait", { seconds: SECONDS });
  const part = async (title: string, command: string): Promise<string> => `${boot}: ${title}\n${(await machine.succeed(command, { seconds: SECONDS })).replace(/^/gm, "    ")}`;
  log(await part("time", "systemd-analyze time"));
  log(await part("slowest units", "systemd-analyze blame --no-pager | head -n 15"));
  log(await part("what the node waited for", "systemd-analyze critical-chain --no-pager --fuzz=1s ic-replica.service | sed 's/\\x1b\\[[0-9;]*m//g'"));
}
