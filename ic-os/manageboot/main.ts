import fs from "node:fs";
import path from "node:path";
import { log } from "../../tools/lib/log.ts";
import { runMain } from "../../tools/lib/main.ts";
import { bootState, nextSlot, otherSlot, runningSlot } from "./boot-state.ts";
import { commit } from "./commit.ts";
import { cancel, confirm } from "./confirm.ts";
import { readFlags, type Flags } from "./flags.ts";
import { readGrubenv } from "./grubenv-file.ts";
import { install } from "./install.ts";
import { withLock } from "./lock.ts";
import { writeMetrics } from "./metrics.ts";
import { kernelReadBack } from "./read-back.ts";
import { run } from "./run.ts";
import { describeStatus, readStatus } from "./status.ts";
import { guestSystem, type System } from "./system.ts";

/** Actions that change something; each runs alone, and leaves metrics. They give their result and a line that says it. */
const changes = {
  "upgrade-install": async (system: System, flags: Flags) => {
    const done = await install(system, kernelReadBack, flags.file, { downgrade: flags.allowDowngrade, version: flags.version });
    const said = `installed ${done.version} to slot ${done.slot}: ${(done.bytes / 1e6).toFixed(0)} MB in ${done.seconds.toFixed(1)} s, ${done.verifySeconds.toFixed(1)} s of it reading back`;
    return { done, said };
  },
  "upgrade-commit": async (system: System, flags: Flags) => {
    const done = await commit(system, kernelReadBack, flags);
    return { done, said: `committed ${done.version} in slot ${done.slot}: ${flags.noReboot ? "the next boot tries it" : "restarting to try it"}` };
  },
  "upgrade-cancel": async (system: System) => ({ done: {}, said: cancel(system) }),
  confirm: async (system: System) => ({ done: {}, said: confirm(system) }),
};

await runMain("manageboot", async () => {
  const flags = readFlags(process.argv.slice(2));
  const system = flags.grubenv === undefined ? guestSystem : { ...guestSystem, grubenv: flags.grubenv };
  const { action } = flags;
  if (action in changes) await change(system, action as keyof typeof changes, flags);
  else process.stdout.write(answer(system, flags));
});

async function change(system: System, action: keyof typeof changes, flags: Flags): Promise<void> {
  await withLock(system.lock, async () => {
    try {
      const { done, said } = await changes[action](system, flags);
      if (flags.json) process.stdout.write(`${JSON.stringify(done)}\n`);
      log(said);
      writeMetrics(system, action, "success");
    } catch (error) {
      writeMetrics(system, action, "failure");
      throw error;
    }
  });
  if (action !== "upgrade-commit" || flags.noReboot) return;
  // The restart ends us too; whoever waits for the answer shall get it.
  process.on("SIGTERM", () => undefined);
  await run("systemctl", ["--no-block", "reboot"]);
}

/** What the other actions print. */
function answer(system: System, { action, json }: Flags): string {
  if (action === "status") return json ? `${JSON.stringify(readStatus(system))}\n` : describeStatus(readStatus(system));
  const running = runningSlot(system);
  if (action === "next") return `${nextSlot(bootState(readGrubenv(system.grubenv).variables))}\n`;
  const slot = action.startsWith("current") ? running : otherSlot(running);
  return action.endsWith("_partition") ? `${fs.realpathSync(path.join(system.partitions, `${slot}_root`))}\n` : `${slot}\n`;
}
