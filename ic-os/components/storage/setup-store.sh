#!/bin/sh
# Opens the encrypted store that both slots share: partition 10 -> LUKS -> volume group "store". Makes all of it at the first boot.
# Leaves /run/guestos/store/{crypto,data,backup} for the mount units; nothing when the disk has no room for a store.
set -eu
# shellcheck source-path=SCRIPTDIR source=encrypted-volume.sh
. /opt/ic/lib/encrypted-volume.sh
# shellcheck source-path=SCRIPTDIR source=store-partition.sh
. /opt/ic/lib/store-partition.sh
mapping=store-crypt
links=/run/guestos/store
mebibyte=1048576

# LVM says what it does on stdout, and complains on stderr.
make_volume() { # make_volume NAME MEBIBYTES
  # In whole extents of 4 MiB. -W y: signatures that chance left in the space are cleared without asking.
  lvcreate --quiet --yes -W y -n "$1" -L "$(($2 / 4 * 4))m" store >/dev/null
}

# A new file system belongs to whom its mount point would.
make_file_system() { # make_file_system NAME TYPE MODE OWNER:GROUP [MKFS OPTION...]
  name=$1 type=$2 mode=$3 owner=$4
  shift 4
  "mkfs.$type" -q "$@" "/dev/store/$name"
  mkdir -p /run/guestos/new
  mount "/dev/store/$name" /run/guestos/new
  chown "$owner" /run/guestos/new
  chmod "$mode" /run/guestos/new
  umount /run/guestos/new
}

smaller() { if [ "$1" -lt "$2" ]; then echo "$1"; else echo "$2"; fi; }

make_store() { # make_store PARTITION
  say "making the store, encrypted"
  make_luks "$1"
  open_luks store "$1" "$mapping"
  pvcreate --quiet --yes -ff "/dev/mapper/$mapping" >/dev/null
  vgcreate --quiet store "/dev/mapper/$mapping" >/dev/null
  size=$(($(vgs --noheadings --nosuffix --units b -o vg_size store) / mebibyte))
  make_volume shared-crypto 1024
  make_volume shared-data $((size / 4))
  make_volume shared-backup "$(smaller $((size / 4)) 500000)"
  make_volume shared-swap "$(smaller $((size / 100)) 128000)"
  say "making its file systems"
  lazy=lazy_itable_init=1,lazy_journal_init=1,nodiscard
  make_file_system shared-crypto ext4 0700 ic-replica:ic-replica -m 0 -E "$lazy"
  make_file_system shared-data xfs 2750 ic-replica:nonconfidential -f -K
  make_file_system shared-backup ext4 2750 ic-replica:backup -m 0 -E "$lazy"
  mkswap --quiet /dev/store/shared-swap
  sync
  set_volume_state store made
  say "made the store"
}

modprobe -aq dm_crypt aesni_intel || true
partition=$(store_partition)
state=$(volume_state store)
if [ -z "$partition" ] && [ "$state" = made ]; then
  complain "partition 10 of the disk is gone, though this node keeps its data there: no other one is made. Restore the partition table and restart."
  exit 1
fi
if [ -z "$partition" ]; then
  if ! has_room_for_store; then
    complain "the disk has no room for the store (expected ${store_least_mib} MiB behind partition 9): this boot goes on without it, and data stays in /var"
    exit 0
  fi
  key_is_usable
  # From here on, until it is made, the store holds nothing.
  set_volume_state store making
  say "making partition 10"
  make_store_partition
  partition=$(store_partition)
fi
key_is_usable
if must_be_made store "$partition"; then
  set_volume_state store making
  make_store "$partition"
else
  open_luks store "$partition" "$mapping"
  [ "$state" = made ] || set_volume_state store made
  vgchange --quiet --sysinit -ay store >/dev/null
fi

mkdir -p "$links"
for volume in crypto data backup; do ln -sfn "/dev/store/shared-$volume" "$links/$volume"; done
swapon --discard /dev/store/shared-swap || complain "no swap space"
