"""Kernel modules that a GuestOS keeps.

It runs in a virtual machine of QEMU or a cloud: drivers of real hardware, of other networks' file systems and of other machines' partitions
only make the image larger and each index of modules slower to write. A kernel that loses one of these fails the build and names it.
"""

# Names, or globs below the modules folder; what they need comes along.
KERNEL_MODULES = [
    # Processor and cryptography: dm-crypt, TLS, confidential computing.
    "kernel/arch",
    "kernel/crypto",
    "kernel/lib",
    "kernel/security",
    "kernel/drivers/virt",
    # Disks: virtio and what the initrd falls back to; dm-crypt, dm-verity, LVM with thin volumes and snapshots.
    "kernel/block",
    "kernel/drivers/ata/{ahci,ata_piix}.ko.xz",
    "kernel/drivers/block/{brd,loop,nbd,virtio_blk,zram/**}*",
    "kernel/drivers/cdrom",
    "kernel/drivers/md/dm-{bufio,cache,crypt,integrity,mirror,mod,raid,snapshot,thin-pool,verity,writecache,zero}*",
    "kernel/drivers/nvdimm",
    "kernel/drivers/nvme/host",
    "kernel/drivers/scsi/{sd_mod,sg,sr_mod,virtio_scsi}.ko.xz",
    # The virtual machine: virtio, watchdog, clock, shutdown, entropy, firmware tables.
    "kernel/drivers/acpi",
    "kernel/drivers/char",
    "kernel/drivers/dax",
    "kernel/drivers/firmware/{edd,efi,qemu_fw_cfg*}*",
    "kernel/drivers/hid/hid{,-generic}.ko.xz",
    "kernel/drivers/input/{evdev,mousedev,ff-memless}.ko.xz",
    "kernel/drivers/misc/pvpanic",
    "kernel/drivers/ptp",
    "kernel/drivers/vhost",
    "kernel/drivers/virtio",
    "kernel/drivers/watchdog/{i6300esb,softdog,watchdog,pretimeout_noop,pretimeout_panic}.ko.xz",
    # File systems.
    "kernel/fs/{autofs,binfmt_misc*,configfs,efivarfs,erofs,exfat,fat,fuse,isofs,overlayfs,pstore,quota,squashfs,xfs}",
    "kernel/fs/nls/nls_{ascii,cp437,iso8859-1,utf8}.ko.xz",
    # Networks: all of nftables, tunnels, traffic shaping, vsock.
    "kernel/drivers/net/{bonding,dummy,geneve,ifb,macvlan,macvtap,net_failover,nlmon,tap,tun,veth,virtio_net,vrf,vsockmon,vxlan,wireguard}*",
    "kernel/net/{802,8021q,bridge,core,ipv4,ipv6,key,llc,mptcp,netfilter,netlink,packet,psample,sched,tls,unix,vmw_vsock,xdp,xfrm}",
]
