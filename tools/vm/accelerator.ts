/** How the guest's instructions run: by the processor (kvm) or emulated (tcg). */
export type Accelerator = "kvm" | "tcg";

/** QEMU's accelerator and processor arguments. */
export function acceleratorArgs(accelerator: Accelerator): string[] {
  if (accelerator === "kvm") return ["-accel", "kvm", "-cpu", "host"];
  return ["-accel", "tcg,thread=multi", "-cpu", "max"];
}
