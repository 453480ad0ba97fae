/** Where the running system keeps what an upgrade needs. Tests give other places. */
export interface System {
  /** GRUB's environment block. */
  grubenv: string;
  /** The kernel's command line: it names the running slot. */
  commandLine: string;
  /** Folder of links to the partitions of the disk that this system was booted from, by name. */
  partitions: string;
  /** The disk itself; without it the one that has the partitions. */
  disk?: string;
  /** Folder of what is remembered of the slots; both slots see it. */
  records: string;
  /** Folder of the states of encrypted volumes, see DiskLayout.adoc. */
  volumeStates: string;
  /** Version of the running system. */
  version: string;
  /** Generation of the running system. */
  generation: string;
  /** Folder of the keys that may sign an update. */
  keys: string;
  /** Held while a manageboot changes anything. */
  lock: string;
  /** Where node_exporter takes metrics from. */
  metrics: string;
}

/** The running GuestOS. */
export const guestSystem: System = {
  grubenv: "/boot/grub/grubenv",
  commandLine: "/proc/cmdline",
  partitions: "/run/guestos/partition",
  records: "/boot/config/upgrade",
  volumeStates: "/boot/config/storage",
  version: "/opt/ic/share/version.txt",
  generation: "/usr/share/guestos/update-generation",
  keys: "/usr/share/guestos/update-keys",
  lock: "/run/guestos/manageboot.lock",
  metrics: "/run/node_exporter/collector_textfile/manageboot.prom",
};
