import { expect, test } from "@jest/globals";
import { qemuArgs, type QemuOptions } from "./qemu-args.ts";

const smallest: QemuOptions = {
  name: "demo",
  accelerator: "tcg",
  memoryMiB: 512,
  cpus: 1,
  firmware: "/fw/OVMF.fd",
  drives: [],
  console: { kind: "socket", path: "/run/console", log: "/state/console.log" },
};

const line = (options: Partial<QemuOptions>): string[] => qemuArgs({ ...smallest, ...options }).join(" ").split(/ (?=-[a-z])/);

test("the smallest guest", () => {
  expect(line({})).toEqual([
    "-name demo",
    "-no-user-config",
    "-nodefaults",
    "-display none",
    "-machine q35,vmport=off",
    "-accel tcg,thread=multi",
    "-cpu max,-erms,-fsrm,-fsrs,-fsrc,-fzrm,-smap",
    "-smp 1",
    "-m 512M",
    "-bios /fw/OVMF.fd",
    "-boot strict=on",
    "-object rng-random,id=rng0,filename=/dev/urandom",
    "-device virtio-rng-pci,rng=rng0",
    "-chardev socket,id=console,path=/run/console,server=on,wait=off,logfile=/state/console.log,logappend=on",
    "-serial chardev:console",
    "-device i6300esb",
    "-action watchdog=reset",
  ]);
});

test("a guest with all there is", () => {
  const all = line({
    accelerator: "kvm",
    drives: [
      { file: "/state/disk.img", format: "raw", boot: true, disposable: true },
      { file: "/state/config.img", format: "raw", readOnly: true, serial: "config" },
      { file: "/state/data.qcow2", format: "qcow2" },
    ],
    network: { forwards: [{ hostPort: 2222, guestPort: 22 }, { hostPort: 8080, guestPort: 8080 }], mac: "52:54:00:00:00:01" },
    console: { kind: "terminal", log: "/state/console.log" },
    notifySocket: "/run/notify",
    qmpSocket: "/run/qmp",
    display: true,
    smbios: ["type=11,value=hello"],
    kernel: { image: "/boot/vmlinuz", initrd: "/boot/initrd.img", commandLine: "console=ttyS0 quiet" },
  });
  expect(all.slice(5)).toEqual([
    "-accel kvm",
    "-cpu host",
    "-smp 1",
    "-m 512M",
    "-bios /fw/OVMF.fd",
    "-boot strict=on",
    "-object rng-random,id=rng0,filename=/dev/urandom",
    "-device virtio-rng-pci,rng=rng0",
    "-drive if=none,id=disk0,file=/state/disk.img,format=raw,discard=unmap,detect-zeroes=unmap,cache=unsafe",
    "-device virtio-blk-pci,drive=disk0,bootindex=0",
    "-drive if=none,id=disk1,file=/state/config.img,format=raw,readonly=on",
    "-device virtio-blk-pci,drive=disk1,serial=config",
    "-drive if=none,id=disk2,file=/state/data.qcow2,format=qcow2,discard=unmap,detect-zeroes=unmap",
    "-device virtio-blk-pci,drive=disk2",
    "-netdev user,id=net0,hostfwd=tcp:127.0.0.1:2222-:22,hostfwd=tcp:127.0.0.1:8080-:8080",
    "-device pcie-root-port,id=port1,bus=pcie.0,chassis=1,slot=1",
    "-device virtio-net-pci,id=card0,netdev=net0,bus=port1,addr=0x0,romfile=,mac=52:54:00:00:00:01",
    "-chardev stdio,id=console,mux=on,signal=off,logfile=/state/console.log,logappend=on",
    "-serial chardev:console",
    "-mon chardev=console,mode=readline",
    "-chardev socket,id=notify,path=/run/notify,server=on,wait=off",
    "-device virtio-serial-pci",
    "-device virtserialport,chardev=notify,name=org.icos.notify",
    "-qmp unix:/run/qmp,server=on,wait=off",
    "-device VGA",
    "-smbios type=11,value=hello",
    "-kernel /boot/vmlinuz",
    "-initrd /boot/initrd.img",
    "-append console=ttyS0 quiet",
    "-device i6300esb",
    "-action watchdog=reset",
  ]);
});

test("a comma in a path does not end QEMU's value", () => {
  expect(qemuArgs({ ...smallest, drives: [{ file: "/a,b/disk.img", format: "raw" }] })).toContain(
    "if=none,id=disk0,file=/a,,b/disk.img,format=raw,discard=unmap,detect-zeroes=unmap",
  );
});

test("the hardware clock starts where it is told to", () => {
  expect(qemuArgs({ ...smallest, clock: "2031-05-01T00:00:00" }).join(" ")).toContain("-rtc base=2031-05-01T00:00:00");
});

test("a card on a switch", () => {
  const card = line({ network: { switchPort: "/run/sw,1", mac: "52:54:00:69:63:11" } }).filter((part) => /^-netdev|net-pci/.test(part));
  expect(card).toEqual([
    "-netdev stream,id=net0,server=off,addr.type=unix,addr.path=/run/sw,,1,reconnect-ms=200",
    "-device virtio-net-pci,id=card0,netdev=net0,bus=port1,addr=0x0,romfile=,mac=52:54:00:69:63:11",
  ]);
});

test("two cards, one of them on a tap interface, and a removable disk", () => {
  const all = line({
    drives: [{ file: "/state/config.img", format: "raw", removable: true }],
    network: [{ tap: "tap7", mac: "52:54:00:00:00:01" }, { forwards: [{ hostAddress: "192.0.2.1", hostPort: 2222, guestPort: 22 }], ipv6Net: "fd00:1:2:3::" }],
    extra: ["-sandbox", "on"],
  });
  expect(all.slice(13)).toEqual([
    "-device qemu-xhci,id=usb",
    "-drive if=none,id=disk0,file=/state/config.img,format=raw,discard=unmap,detect-zeroes=unmap",
    "-device usb-storage,bus=usb.0,removable=on,drive=disk0",
    "-netdev tap,id=net0,ifname=tap7,script=no,downscript=no",
    "-device pcie-root-port,id=port1,bus=pcie.0,chassis=1,slot=1",
    "-device virtio-net-pci,id=card0,netdev=net0,bus=port1,addr=0x0,romfile=,mac=52:54:00:00:00:01",
    "-netdev user,id=net1,ipv6-net=fd00:1:2:3::/64,hostfwd=tcp:192.0.2.1:2222-:22",
    "-device pcie-root-port,id=port2,bus=pcie.0,chassis=2,slot=2",
    "-device virtio-net-pci,id=card1,netdev=net1,bus=port2,addr=0x0,romfile=",
    "-chardev socket,id=console,path=/run/console,server=on,wait=off,logfile=/state/console.log,logappend=on",
    "-serial chardev:console",
    "-device i6300esb",
    "-action watchdog=reset",
    "-sandbox on",
  ]);
});

test("a recorded disk: its flushes reach the record, and not the host", () => {
  const all = line({ drives: [{ file: "/state/disk.img", format: "raw", disposable: true, writeLog: "/state/a,b.log" }] });
  expect(all).toContain(
    "-drive if=none,id=disk0,driver=blklogwrites,file.driver=raw,file.file.driver=file,file.file.filename=/state/disk.img,log.driver=file,log.filename=/state/a,,b.log,discard=unmap,detect-zeroes=unmap,file.cache.no-flush=on",
  );
});
