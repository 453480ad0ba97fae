/** How the guest's instructions run: by the processor (kvm) or emulated (tcg). */
export type Accelerator = "kvm" | "tcg";

/**
 * What an emulated processor does not claim: "string instructions are fast for bytes" (ERMS, FSRM and their like). Linux and glibc clear and copy
 * by single bytes where they are, and each byte is a turn of a loop under emulation; else they do it by words and vectors. Nor SMAP: the guest's kernel
 * opens and closes its guard around each copy from and to a program, and each time QEMU leaves the block of code it translated (5 % of a boot).
 */
const NOT_EMULATED_WELL = ["erms", "fsrm", "fsrs", "fsrc", "fzrm", "smap"];

/** QEMU's accelerator and processor arguments. */
export function acceleratorArgs(accelerator: Accelerator): string[] {
  if (accelerator === "kvm") return ["-accel", "kvm", "-cpu", "host"];
  return ["-accel", "tcg,thread=multi", "-cpu", ["max", ...NOT_EMULATED_WELL.map((feature) => `-${feature}`)].join(",")];
}

/**
 * Processors of a guest when nobody asks for a number. Under emulation one: to the SSH banner a second processor takes 29 to 37 s of host
 * time instead of 24 to 26, and on a busy host its threads starve each other until the guest's kernel reports stalls.
 */
export function defaultCpus(accelerator: Accelerator): number {
  return accelerator === "kvm" ? 2 : 1;
}
