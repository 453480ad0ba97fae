import { Failure } from "../../lib/failure.ts";

/** Capabilities by number: linux/capability.h. */
const names = (
  "chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap linux_immutable net_bind_service net_broadcast net_admin " +
  "net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot sys_ptrace sys_pacct sys_admin sys_boot sys_nice sys_resource sys_time " +
  "sys_tty_config mknod lease audit_write audit_control setfcap mac_override mac_admin syslog wake_alarm block_suspend audit_read perfmon " +
  "bpf checkpoint_restore"
).split(" ");

const REVISION_2 = 0x02000000;
const EFFECTIVE = 1;

/** Value of the attribute `security.capability` for text such as `cap_net_raw,cap_net_admin=ep`: struct vfs_cap_data, revision 2, in linux/capability.h. */
export function encodeCapabilities(text: string): Buffer {
  const match = /^(?<names>cap_[a-z_]+(?:,cap_[a-z_]+)*)[=+](?<flags>[eip]+)$/.exec(text)?.groups;
  if (match === undefined) throw new Failure(`capabilities: expected text such as cap_net_raw=ep, got ${JSON.stringify(text)}`);
  let set = 0n;
  for (const name of match["names"]!.split(",")) {
    const number = names.indexOf(name.slice("cap_".length));
    if (number < 0) throw new Failure(`capabilities: no capability is called ${name}`);
    set |= 1n << BigInt(number);
  }
  const flags = match["flags"]!;
  const bytes = Buffer.alloc(20);
  bytes.writeUInt32LE(REVISION_2 | (flags.includes("e") ? EFFECTIVE : 0), 0);
  for (const [half, at] of [
    [set & 0xffffffffn, 4],
    [set >> 32n, 12],
  ] as const) {
    bytes.writeUInt32LE(flags.includes("p") ? Number(half) : 0, at);
    bytes.writeUInt32LE(flags.includes("i") ? Number(half) : 0, at + 4);
  }
  return bytes;
}
