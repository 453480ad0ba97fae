import { ExitCode, Failure } from "../../lib/failure.ts";

/** The farm to use: `--farm`, else ICOS_FARM_URL, else what the build settings say (`--config=systest`). */
export function whichFarm(flag: string | undefined, setting: string, environment: NodeJS.ProcessEnv = process.env): string {
  const url = flag || environment["ICOS_FARM_URL"] || setting;
  if (url) return url;
  const hint = "--farm URL, ICOS_FARM_URL=URL, or bazel run --config=systest; a farm of your own: bazel run //tools/farm:server (docs/launch-remote-vm.md)";
  throw new Failure("no farm is named", { exitCode: ExitCode.usage, hint });
}

/** The token that is sent to a farm. It is never written down. */
export function farmToken(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  return environment["ICOS_FARM_TOKEN"] || undefined;
}
