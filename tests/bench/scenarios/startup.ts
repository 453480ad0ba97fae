import { timed } from "../clock.ts";
import type { Scenario } from "../scenario.ts";
import { stageCommands } from "../stage-commands.ts";
import { exec } from "../../../tools/lib/exec.ts";

/** The stage with the least work: its time is that of starting a tool. */
export const startup: Scenario = {
  name: "startup",
  title: "tool start-up (IcosPartitionTable, not sandboxed)",
  unit: "s",
  ours: async ({ scratch }) => {
    const [command] = (await stageCommands(scratch)).filter(({ mnemonic }) => mnemonic === "IcosPartitionTable");
    const { program, args, env, cwd } = command!;
    return timed(() => exec(program, args, { cwd, env, extendEnv: false }));
  },
};
