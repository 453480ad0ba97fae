import fs from "node:fs";
import path from "node:path";
import { scratchFolder } from "../lib/atomic.ts";
import type { Accelerator } from "./accelerator.ts";
import { startGuardian } from "./guardian.ts";
import { endQemu, lastLines, startQemu } from "./qemu-process.ts";
import { waitFor } from "./wait-for.ts";

/** Whether an accelerator really runs a guest here. */
export type Verdict = { works: true; seconds: number } | { works: false; reason: string; seconds: number };

/** What the probe starts. */
export interface ProbeTools {
  qemuSystem: string;
  /** The same firmware as the guest's: a KVM that gets through one may die in another. */
  firmware: string;
}

/**
 * Starts a guest without disks and waits for the firmware's first words on the serial console.
 * A /dev/kvm that opens proves nothing: nested or emulated virtualisation can still fail at the first odd instruction.
 */
export async function probeAccelerator(tools: ProbeTools, accelerator: Accelerator = "kvm", seconds = 15): Promise<Verdict> {
  const start = performance.now();
  const elapsed = (): number => Math.round(performance.now() - start) / 1000;
  const missing = accelerator === "kvm" ? deviceProblem() : undefined;
  const reason = missing ?? (await runProbe(tools, accelerator, seconds));
  return reason === undefined ? { works: true, seconds: elapsed() } : { works: false, reason, seconds: elapsed() };
}

function deviceProblem(): string | undefined {
  try {
    fs.accessSync("/dev/kvm", fs.constants.R_OK | fs.constants.W_OK);
    return undefined;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT") return "/dev/kvm does not exist (no virtualisation, or the kvm module is not loaded)";
    return `/dev/kvm: ${code ?? String(error)} (is this user in the group kvm?)`;
  }
}

async function runProbe(tools: ProbeTools, accelerator: Accelerator, seconds: number): Promise<string | undefined> {
  using folder = scratchFolder("probe");
  const file = (name: string): string => path.join(folder.path, name);
  const guardian = startGuardian();
  guardian.remove(folder.path);
  try {
    const qemu = await startQemu(
      tools.qemuSystem,
      {
        name: "probe",
        accelerator,
        memoryMiB: 256,
        cpus: 1,
        firmware: tools.firmware,
        drives: [],
        console: { kind: "socket", path: file("console"), log: file("console.log") },
        qmpSocket: file("qmp"),
      },
      file("qemu.log"),
      guardian,
    );
    try {
      return await firstWords(file("console.log"), async () => stoppedReason(await qemu.qmp.runState(), file("qemu.log")), seconds);
    } finally {
      await endQemu(qemu.identity, qemu.qmp);
    }
  } catch (error) {
    return lastLines(file("qemu.log"), 1) || (error instanceof Error ? error.message : String(error));
  } finally {
    guardian.release();
  }
}

/** Undefined when the firmware wrote something, else why it never will. */
async function firstWords(log: string, stopped: () => Promise<string | undefined>, seconds: number): Promise<string | undefined> {
  const look = async (): Promise<{ reason?: string } | undefined> => {
    if (fs.existsSync(log) && fs.statSync(log).size > 0) return {};
    const reason = await stopped();
    return reason === undefined ? undefined : { reason };
  };
  try {
    return (await waitFor("firmware writes to the console", look, { seconds, everyMs: 20 })).reason;
  } catch {
    return `the firmware wrote nothing to the console within ${seconds} s`;
  }
}

function stoppedReason(runState: string, log: string): string | undefined {
  if (runState === "running") return undefined;
  const complaint = fs.readFileSync(log, "utf8").match(/^KVM.*$/m)?.[0];
  return `the guest stopped in the firmware (run state ${runState}${complaint === undefined ? "" : `: ${complaint.trim()}`})`;
}
