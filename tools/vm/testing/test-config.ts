import fs from "node:fs";
import { z } from "zod";
import { ExitCode, Failure } from "../../lib/failure.ts";
import type { Accelerator } from "../accelerator.ts";
import { probeAccelerator } from "../kvm.ts";
import { locateTools, located, vmTools, type VmTools } from "../vm-tools.ts";

/** Where guests run. */
const backend = z.enum(["local", "farm"]);

const config = z.strictObject({
  accelerator: z.enum(["auto", "kvm", "tcg"]),
  backend,
  farm: z.string(),
  artifactStore: z.string(),
  images: z.record(z.string(), z.strictObject({ label: z.string(), manifest: z.string() })),
  tools: vmTools,
});

/** What the rule `vm_test` tells a test. */
export interface TestConfig {
  accelerator: "auto" | Accelerator;
  /** What the build setting //rules/vm:backend says, unless ICOS_VM_BACKEND says otherwise. */
  backend: z.infer<typeof backend>;
  /** What the build settings say about farms; empty where they say nothing. */
  farm: string;
  artifactStore: string;
  /** Manifest of each image, as a path of this machine. */
  manifests: ReadonlyMap<string, string>;
  tools: VmTools;
}

/** The configuration of the running test. */
export function testConfig(): TestConfig {
  const file = process.env["VM_TEST"];
  if (file === undefined) throw new Failure("VM_TEST is not set", { hint: "run the test by its vm_test target: bazel test //..." });
  const { images, tools, ...settings } = config.parse(JSON.parse(fs.readFileSync(located(file), "utf8")));
  const manifests = new Map(Object.entries(images).map(([name, image]) => [name, located(image.manifest)]));
  return { ...settings, backend: chosenBackend() ?? settings.backend, manifests, tools: locateTools(tools) };
}

function chosenBackend(): z.infer<typeof backend> | undefined {
  // An empty variable is as good as none.
  const said = process.env["ICOS_VM_BACKEND"] || undefined;
  const parsed = backend.optional().safeParse(said);
  if (parsed.success) return parsed.data;
  throw new Failure(`ICOS_VM_BACKEND: expected local or farm, got ${said}`, { exitCode: ExitCode.usage });
}

/** Manifest of an image of the test, by the name that the `vm_test` gives it. */
export function imageManifest({ manifests }: TestConfig, image: string): string {
  const manifest = manifests.get(image);
  if (manifest === undefined) throw new Failure(`no image ${image} in this vm_test; there is ${[...manifests.keys()].join(", ")}`);
  return manifest;
}

let chosen: Promise<Accelerator> | undefined;

/** The accelerator of the test's guests: KVM where it really runs one, unless the rule insists. */
export async function testAccelerator({ accelerator, tools }: TestConfig): Promise<Accelerator> {
  if (accelerator !== "auto") return accelerator;
  chosen ??= probeAccelerator(tools).then((verdict) => (verdict.works ? "kvm" : "tcg"));
  return chosen;
}
