import fs from "node:fs";
import path from "node:path";
import { MOUNT_POINTS } from "./tools-root.ts";

/** A file of the image that the benchmark changes. */
export const CHANGED_FILE = "mkosi.extra/etc/bench-changed";

/** Packages that mkosi's way of booting needs in the image beside ours: its boot loader and the unlocking of verity in its initrd. */
const BOOT_PACKAGES = ["systemd-boot", "systemd-boot-efi", "systemd-cryptsetup"];

/** Writes mkosi's project folder: the same packages, an erofs root with lz4 below dm-verity, a disk that boots by UEFI, SSH. */
export function writeProject(folder: string, packages: readonly string[]): void {
  const files: Record<string, string> = {
    "mkosi.conf": configuration([...packages, ...BOOT_PACKAGES]),
    "mkosi.repart/00-esp.conf": "[Partition]\nType=esp\nFormat=vfat\nCopyFiles=/boot:/\nCopyFiles=/efi:/\nSizeMinBytes=256M\n",
    "mkosi.repart/10-root.conf":
      "[Partition]\nType=root\nFormat=erofs\nCompression=lz4\nCopyFiles=/\nVerity=data\nVerityMatchKey=root\nMinimize=best\n",
    "mkosi.repart/20-root-verity.conf": "[Partition]\nType=root-verity\nVerity=hash\nVerityMatchKey=root\nMinimize=best\n",
    "mkosi.extra/etc/systemd/network/10-ether.network": "[Match]\nType=ether\n[Network]\nDHCP=yes\n",
    [CHANGED_FILE]: "first\n",
  };
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
  }
}

/**
 * mkosi.conf(5), see `mkosi documentation`. Without `SectorSize`, systemd-repart makes the EFI partition's file system with sectors of 4096 bytes, which
 * the firmware does not read on a disk of 512. `systemd.volatile` gives its read-only root a writable overlay, as the peer has no slots and no CONFIG.
 */
function configuration(packages: readonly string[]): string {
  return `[Distribution]
Distribution=debian
Release=trixie
Architecture=x86-64
LocalMirror=file://${MOUNT_POINTS.mirror}

[Output]
Format=disk
Output=image
OutputDirectory=${MOUNT_POINTS.work}/out
SectorSize=512

[Build]
CacheOnly=always
PackageCacheDirectory=${MOUNT_POINTS.work}/packages
WorkspaceDirectory=${MOUNT_POINTS.work}/tmp
CacheDirectory=${MOUNT_POINTS.work}/cache

[Content]
Bootable=yes
Bootloader=systemd-boot
KernelCommandLine=console=ttyS0 systemd.volatile=overlay
RootPassword=root
Hostname=peer
WithDocs=no
Packages=
${packages.map((name) => `        ${name}\n`).join("")}`;
}
