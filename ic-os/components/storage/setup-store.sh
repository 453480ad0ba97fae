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

# LVM says what it does on stdout, and complains on stderr.
make_volume() { # make_volume NAME MEBIBYTES
  # In whole extents of 4 MiB. -W y: signatures that chance left in the space are cleared without asking.
  lvcreate --quiet --yes -W y -n "$1" -L "$(($2 / 4 * 4))m" store >/dev/null
}

# Prints the number of a user or group.
number_of() { # number_of passwd|group NAME
  while IFS=: read -r name _ number _; do
    [ "$name" != "$2" ] || echo "$number"
  done <"/etc/$1"
}

# A new file system belongs to whom its mount point would: its root is made so, and nothing has to be mounted for it.
# The inode tables are zeroed lazily, in the background.
make_ext4() { # make_ext4 NAME MODE USER GROUP
  mkfs.ext4 -q -m 0 -E "lazy_itable_init=1,lazy_journal_init=1,nodiscard,root_owner=$(number_of passwd "$3"):$(number_of group "$4"),root_perms=$2" "/dev/store/$1"
}

# The root folder as mkfs.xfs(8) describes it, "protofile": d, setuid, setgid, three digits, owner.
make_xfs() { # make_xfs NAME -|gDIGITS USER GROUP
  printf 'none\n0 0\nd-%s %s %s\n$\n' "$2" "$(number_of passwd "$3")" "$(number_of group "$4")" >/run/guestos/protofile
  mkfs.xfs -q -f -K -p /run/guestos/protofile "/dev/store/$1"
  rm /run/guestos/protofile
}

smaller() { if [ "$1" -lt "$2" ]; then echo "$1"; else echo "$2"; fi; }

make_store() { # make_store PARTITION
  say "making the store, encrypted"
  make_luks "$1"
  open_luks store "$1" "$mapping"
  vgcreate --quiet --yes --force store "/dev/mapper/$mapping" >/dev/null
  size=$(store_group_mib "$1")
  make_volume shared-crypto 1024
  make_volume shared-data $((size / 4))
  make_volume shared-backup "$(smaller $((size / 4)) 500000)"
  make_volume shared-swap "$(smaller $((size / 100)) 128000)"
  say "making its file systems"
  make_ext4 shared-crypto 0700 ic-replica ic-replica
  make_xfs shared-data g750 ic-replica nonconfidential
  make_ext4 shared-backup 02750 ic-replica backup
  mkswap --quiet /dev/store/shared-swap
  sync
  set_volume_state store made
  say "made the store"
}

load_cipher_modules
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
