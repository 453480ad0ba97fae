/** Programs and files that the driver uses, as paths. */
export interface VmTools {
  /** qemu-system-x86_64 */
  qemuSystem: string;
  /** UEFI image for `-bios`. */
  firmware: string;
  /** OpenSSH's ssh. */
  ssh: string;
  /** OpenSSH's scp. */
  scp: string;
  /** OpenSSH's ssh-keygen. */
  sshKeygen: string;
}
