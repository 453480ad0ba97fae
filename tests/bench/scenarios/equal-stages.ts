import path from "node:path";
import { stageOutputs } from "../execution-log.ts";
import type { Bench, Scenario } from "../scenario.ts";
import { DISK, freshStages } from "../targets.ts";

/** Files of image stages that two builds of the same sources made alike. (`determinism_test` is harsher: it changes the machine, too.) */
export const equalStages: Scenario = {
  name: "equal-stages",
  title: "stage outputs with equal bytes over two builds",
  unit: "%",
  runs: 1,
  ours: async (bench, round) => {
    const [first, second] = [await outputs(bench, `first-${round}`), await outputs(bench, `second-${round}`)];
    const equal = [...first].filter(([file, digest]) => second.get(file) === digest);
    return { value: (100 * equal.length) / Math.max(first.size, second.size) };
  },
};

async function outputs({ scratch, folder }: Bench, name: string): Promise<Map<string, string>> {
  const log = path.join(folder, `${name}.exec.json`);
  await scratch.bazel(["build", DISK, freshStages(`equal-${process.pid}-${name}`), `--execution_log_json_file=${log}`]);
  return stageOutputs(log);
}
