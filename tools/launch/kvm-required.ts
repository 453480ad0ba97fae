import { ExitCode, Failure } from "../lib/failure.ts";
import { pasteable } from "../lib/pasteable.ts";
import { probeAccelerator, type ProbeTools } from "../vm/kvm.ts";

/** Fails, before anything is written or started, on a machine where KVM runs no guest. */
export async function requireKvm(target: { label: string; noKvmLabel?: string | undefined }, tools: ProbeTools): Promise<void> {
  const verdict = await probeAccelerator(tools);
  if (verdict.works) return;
  const other = target.noKvmLabel;
  throw new Failure(`${target.label}: KVM does not work on this machine: ${verdict.reason}`, {
    exitCode: ExitCode.host,
    hint: other === undefined ? "--no-kvm" : pasteable("bazel", ["run", other]),
  });
}
