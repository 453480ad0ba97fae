import fs from "node:fs";
import path from "node:path";
import { exec } from "../../tools/lib/exec.ts";
import { log } from "../../tools/lib/log.ts";
import type { Figure } from "./figures.ts";
import type { Scratch } from "./scratch.ts";
import { addService, changeService } from "./service.ts";

const ENVIRONMENT = "//ic-os/guestos/envs/dev";
const DISK = `${ENVIRONMENT}:disk-img.tar.zst`;

/** A scenario: what it measures, and one run of it, in seconds. */
interface Scenario {
  name: string;
  title: string;
  run(scratch: Scratch, round: number): Promise<number>;
}

const SCENARIOS: readonly Scenario[] = [
  {
    name: "full",
    title: "packages -> disk archive, everything fetched, no stage built",
    // Another salt is another key for every image stage; the tools stay built.
    run: (scratch, round) => scratch.bazel(["build", DISK, `--//rules/image/perturbation:salt=bench-${process.pid}-${round}`]),
  },
  {
    name: "component",
    title: "rebuild after one changed component file",
    run: (scratch, round) => {
      edit(scratch, "ic-os/components/networking/hosts", `127.0.0.1 localhost\n127.0.0.${round + 2} bench-${process.pid}\n`);
      return scratch.bazel(["build", DISK]);
    },
  },
  {
    name: "service",
    title: "rebuild after a changed service binary",
    run: (scratch, round) => {
      changeService(scratch, `${process.pid}-${round}`);
      return scratch.bazel(["build", DISK]);
    },
  },
  { name: "noop", title: "no-op", run: (scratch) => scratch.bazel(["build", DISK]) },
  { name: "boot", title: "launch to SSH banner, software emulation", run: bootToSsh },
];

/** Names for `--only`. */
export const scenarioNames: readonly string[] = SCENARIOS.map((s) => s.name);

/** Runs the named scenarios in order, each `runs` times after one warm-up build. */
export async function runScenarios(scratch: Scratch, names: readonly string[], runs: number): Promise<Figure[]> {
  addService(scratch);
  await scratch.bazel(["build", DISK]);
  const figures: Figure[] = [];
  for (const scenario of SCENARIOS.filter((s) => names.includes(s.name))) {
    const seconds: number[] = [];
    for (let round = 0; round < runs; round++) {
      seconds.push(await scenario.run(scratch, round));
      log(`${scenario.title}: ${seconds.at(-1)?.toFixed(2)} s`);
    }
    figures.push({ name: scenario.title, seconds });
    // Whatever the scenario edited is built again before the next one starts.
    await scratch.bazel(["build", DISK]);
  }
  return figures;
}

async function bootToSsh(scratch: Scratch): Promise<number> {
  // The launcher is built before the clock starts.
  const script = path.join(scratch.workspace, ".bench-launch");
  await scratch.bazel(["run", `--script_path=${script}`, `${ENVIRONMENT}:launch-local-vm-no-kvm`]);
  const started = process.hrtime.bigint();
  const { stdout } = await exec(script, ["--json", "--detach", "--wait", "ssh"], { cwd: scratch.workspace });
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  process.kill((JSON.parse(stdout) as { pid: number }).pid, "SIGTERM");
  return seconds;
}

function edit(scratch: Scratch, file: string, content: string | Uint8Array): void {
  fs.writeFileSync(path.join(scratch.workspace, file), content);
}
