import { acceleratorArgs, type Accelerator } from "./accelerator.ts";
import { escape } from "./escape.ts";
import { networkArgs, type NetworkCard } from "./network-cards.ts";

/** A disk of the guest, attached as virtio-blk unless `removable`. */
export interface Drive {
  file: string;
  format: "raw" | "qcow2";
  /** The guest cannot write to it. */
  readOnly?: boolean;
  /** What the guest reads as the serial number (/dev/disk/by-id/virtio-SERIAL). At most 20 bytes. */
  serial?: string;
  /** The firmware boots from it. */
  boot?: boolean;
  /** A flush of the guest costs nothing on the host: for disks that are thrown away with the guest. */
  disposable?: boolean;
  /** A removable USB disk instead: sda, sdb ... */
  removable?: boolean;
  /**
   * An empty file: every write and flush of the guest is recorded there, in the order in which QEMU did them, in the format of Linux's
   * dm-log-writes (Documentation/admin-guide/device-mapper/log-writes.rst). A disk that loses its power at any moment can be made from it.
   */
  writeLog?: string;
}

/** Where the guest's serial console goes. Every byte also lands in `log`. */
export type Console =
  /** A UNIX socket at `path`: the driver reads and types there. */
  | { kind: "socket"; path: string; log: string }
  /** The terminal QEMU was started on: Ctrl-A x ends the guest, Ctrl-A c is QEMU's monitor. */
  | { kind: "terminal"; log: string };

/** A kernel that the firmware starts without a boot loader on a disk. */
export interface DirectKernel {
  image: string;
  initrd?: string;
  commandLine: string;
}

/** Everything the driver says to QEMU. `qemuArgs` turns it into a command line. */
export interface QemuOptions {
  /** Name of the guest in QEMU's messages. */
  name: string;
  accelerator: Accelerator;
  /** Memory, in MiB. */
  memoryMiB: number;
  cpus: number;
  /** UEFI image with code and variables in one file; mapped read-only, variables live in the guest's memory. */
  firmware: string;
  drives: readonly Drive[];
  /** The guest's network card, or several in their order; without it the guest has none. */
  network?: NetworkCard | readonly NetworkCard[];
  console: Console;
  /** UNIX socket of the port on which the guest says which units have started (notify/unit-facts.ts). */
  notifySocket?: string;
  /** UNIX socket of the machine protocol. Less than 108 bytes: see sun_path in unix(7). */
  qmpSocket?: string;
  /** A graphics card, for screenshots. Costs the firmware half a second under emulation. */
  display?: boolean;
  /** SMBIOS entries, in QEMU's notation: "type=11,value=...". */
  smbios?: readonly string[];
  kernel?: DirectKernel;
  /** What the hardware clock says at the start, in UTC: "2031-05-01T00:00:00"; this machine's time without it. */
  clock?: string;
  /** More arguments, as they are, after all others. */
  extra?: readonly string[];
}

/** QEMU's command line (without the program) for a guest. */
export function qemuArgs(options: QemuOptions): string[] {
  return [
    ...["-name", escape(options.name)],
    // Nothing the guest gets comes from a default or a configuration file of this machine.
    ...["-no-user-config", "-nodefaults", "-display", "none"],
    ...["-machine", "q35,vmport=off"],
    ...acceleratorArgs(options.accelerator),
    ...["-smp", String(options.cpus), "-m", `${options.memoryMiB}M`],
    ...["-bios", options.firmware],
    // Only disks marked for it are tried: no network boot after a disk that fails.
    ...["-boot", "strict=on"],
    ...["-object", "rng-random,id=rng0,filename=/dev/urandom", "-device", "virtio-rng-pci,rng=rng0"],
    ...(options.drives.some((drive) => drive.removable === true) ? ["-device", "qemu-xhci,id=usb"] : []),
    ...options.drives.flatMap(driveArgs),
    ...networkArgs([options.network ?? []].flat()),
    ...consoleArgs(options.console),
    ...notifyArgs(options.notifySocket),
    ...(options.qmpSocket === undefined ? [] : ["-qmp", `unix:${escape(options.qmpSocket)},server=on,wait=off`]),
    ...(options.display === true ? ["-device", "VGA"] : []),
    ...(options.smbios ?? []).flatMap((entry) => ["-smbios", entry]),
    ...kernelArgs(options.kernel),
    ...(options.clock === undefined ? [] : ["-rtc", `base=${options.clock}`]),
    // A watchdog that the guest may start: restarts a guest that hangs. Behind the others, whose places on the bus stay.
    ...["-device", "i6300esb", "-action", "watchdog=reset"],
    ...(options.extra ?? []),
  ];
}

function driveArgs(drive: Drive, index: number): string[] {
  const id = `disk${index}`;
  const backend = [`if=none,id=${id}`, ...(drive.writeLog === undefined ? [`file=${escape(drive.file)}`, `format=${drive.format}`] : recorded(drive, drive.writeLog))];
  if (drive.readOnly === true) backend.push("readonly=on");
  // Space the guest trims goes back to the host: the files stay sparse.
  else backend.push("discard=unmap,detect-zeroes=unmap");
  // Flushes that the host skips would not be recorded either.
  if (drive.disposable === true) backend.push(drive.writeLog === undefined ? "cache=unsafe" : "file.cache.no-flush=on");
  const device = [drive.removable === true ? `usb-storage,bus=usb.0,removable=on,drive=${id}` : `virtio-blk-pci,drive=${id}`];
  if (drive.serial !== undefined) device.push(`serial=${escape(drive.serial)}`);
  if (drive.boot === true) device.push("bootindex=0");
  return ["-drive", backend.join(","), "-device", device.join(",")];
}

function recorded(drive: Drive, log: string): string[] {
  return ["driver=blklogwrites", `file.driver=${drive.format}`, "file.file.driver=file", `file.file.filename=${escape(drive.file)}`, "log.driver=file", `log.filename=${escape(log)}`];
}

function consoleArgs(console: Console): string[] {
  const log = `logfile=${escape(console.log)},logappend=on`;
  if (console.kind === "terminal") {
    return ["-chardev", `stdio,id=console,mux=on,signal=off,${log}`, "-serial", "chardev:console", "-mon", "chardev=console,mode=readline"];
  }
  return ["-chardev", `socket,id=console,path=${escape(console.path)},server=on,wait=off,${log}`, "-serial", "chardev:console"];
}

function notifyArgs(socket: string | undefined): string[] {
  if (socket === undefined) return [];
  const device = ["-device", "virtio-serial-pci", "-device", "virtserialport,chardev=notify,name=org.icos.notify"];
  return ["-chardev", `socket,id=notify,path=${escape(socket)},server=on,wait=off`, ...device];
}

function kernelArgs(kernel: DirectKernel | undefined): string[] {
  if (kernel === undefined) return [];
  return ["-kernel", kernel.image, ...(kernel.initrd === undefined ? [] : ["-initrd", kernel.initrd]), "-append", kernel.commandLine];
}
