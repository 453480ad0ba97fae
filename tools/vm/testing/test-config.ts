import fs from "node:fs";
import { z } from "zod";
import { Failure } from "../../lib/failure.ts";
import type { Accelerator } from "../accelerator.ts";
import { probeAccelerator } from "../kvm.ts";
import { locateTools, located, vmTools, type VmTools } from "../vm-tools.ts";

const config = z.strictObject({
  accelerator: z.enum(["auto", "kvm", "tcg"]),
  images: z.record(z.string(), z.strictObject({ label: z.string(), manifest: z.string() })),
  tools: vmTools,
});

/** What the rule `vm_test` tells a test. */
export interface TestConfig {
  accelerator: "auto" | Accelerator;
  /** Manifest of each image, as a path of this machine. */
  manifests: ReadonlyMap<string, string>;
  tools: VmTools;
}

/** The configuration of the running test. */
export function testConfig(): TestConfig {
  const file = process.env["VM_TEST"];
  if (file === undefined) throw new Failure("VM_TEST is not set", { hint: "run the test by its vm_test target: bazel test //..." });
  const { accelerator, images, tools } = config.parse(JSON.parse(fs.readFileSync(located(file), "utf8")));
  const manifests = new Map(Object.entries(images).map(([name, image]) => [name, located(image.manifest)]));
  return { accelerator, manifests, tools: locateTools(tools) };
}

let chosen: Promise<Accelerator> | undefined;

/** The accelerator of the test's guests: KVM where it really runs one, unless the rule insists. */
export async function testAccelerator({ accelerator, tools }: TestConfig): Promise<Accelerator> {
  if (accelerator !== "auto") return accelerator;
  chosen ??= probeAccelerator(tools).then((verdict) => (verdict.works ? "kvm" : "tcg"));
  return chosen;
}
