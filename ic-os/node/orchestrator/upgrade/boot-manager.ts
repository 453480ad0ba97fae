/** A slot of the disk. */
export type Slot = "A" | "B";

/** What the boot loader and its tool say of the slots. */
export interface BootStatus {
  /** The slot that runs. */
  current: Slot;
  /** `failsafe_check`: the running slot is on trial, and the next start is a rollback unless it is confirmed; `first_boot`: another slot starts next. */
  bootCycle: "install" | "stable" | "first_boot" | "failsafe_check";
  /** Version that is installed beside the running one and could be started; null when there is none. */
  installed: string | null;
}

/** How the last upgrade ended, by the system that ran after it. */
export interface UpgradeVerdict {
  version: string;
  outcome: "confirmed" | "rolled_back";
  /** Why it was rolled back, as far as it is known. */
  reason: string | null;
}

/** What may write the other slot and choose what starts next. The orchestrator has no right to do it itself. */
export interface BootManager {
  status(): Promise<BootStatus>;
  /** Writes an update image to the other slot. `line` gets what the installer says. One that is aborted leaves a slot that cannot be started. */
  install(image: string, options: { allowDowngrade: boolean; line(text: string): void; signal: AbortSignal }): Promise<void>;
  /** Makes the other slot start next, and restarts the machine. */
  commit(): Promise<void>;
  /** Null before the first upgrade. */
  verdict(): Promise<UpgradeVerdict | null>;
}
