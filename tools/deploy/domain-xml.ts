import type { Host, Node } from "./inventory.ts";
import type { NodeNames } from "./names.ts";

/** The domain of a node, in libvirt's words: https://libvirt.org/formatdomain.html. The guest sees what a launch on this machine shows it: vda, a second virtio disk with its CONFIG (kernels made for clouds have no USB), enp1s0, ttyS0. */
export function domainXml(names: NodeNames, node: Node, host: Host): string {
  const kvm = host.accelerator === "kvm";
  const log = host.consoleLogs === undefined ? "" : `<log file="${escape(`${host.consoleLogs}/${names.domain}.log`)}" append="on"/>`;
  return `<domain type="${kvm ? "kvm" : "qemu"}">
  <name>${escape(names.domain)}</name>
  <memory unit="MiB">${node.memoryMiB}</memory>
  <vcpu>${node.vcpus}</vcpu>
  <os firmware="efi"><type arch="x86_64" machine="q35">hvm</type><firmware><feature enabled="no" name="secure-boot"/></firmware><boot dev="hd"/></os>
  <features><acpi/></features>
  <cpu mode="${kvm ? "host-passthrough" : "maximum"}"/>
  <clock offset="utc"/>
  <on_reboot>restart</on_reboot>
  <on_poweroff>destroy</on_poweroff>
  <on_crash>restart</on_crash>
  <devices>
    <disk type="volume" device="disk">
      <driver name="qemu" type="qcow2" discard="unmap"/>
      <source pool="${escape(host.pool)}" volume="${escape(names.disk)}"/>
      <target dev="vda" bus="virtio"/>
    </disk>
    <disk type="volume" device="disk">
      <driver name="qemu" type="raw"/>
      <source pool="${escape(host.pool)}" volume="${escape(names.config)}"/>
      <target dev="vdb" bus="virtio"/>
      <readonly/>
      <serial>config</serial>
    </disk>
    ${interfaceXml(host)}
    <serial type="pty">${log}<target type="isa-serial" port="0"/></serial>
    <rng model="virtio"><backend model="random">/dev/urandom</backend></rng>
    <memballoon model="none"/>
  </devices>
</domain>
`;
}

function interfaceXml({ network }: Host): string {
  // PCI bus 1 makes the guest call it enp1s0.
  const card = '<model type="virtio"/><rom enabled="no"/><address type="pci" domain="0" bus="1" slot="0" function="0"/>';
  if (network === "user") return `<interface type="user">${card}</interface>`;
  if ("bridge" in network) return `<interface type="bridge"><source bridge="${escape(network.bridge)}"/>${card}</interface>`;
  return `<interface type="network"><source network="${escape(network.network)}"/>${card}</interface>`;
}

/** Text for XML. */
function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
