# shellcheck shell=sh
# Partition 10 of the disk that this system was booted from: a library for setup-store.sh.

# Below it the volumes do not fit: 1 GiB, a quarter for data (XFS takes no less than 300 MiB), a quarter for backups.
store_least_mib=3072

boot_disk_sysfs() {
  config=$(readlink /run/guestos/partition/config)
  (cd -P "/sys/class/block/${config##*/}/.." && pwd)
}

# The store's device; nothing when there is none. By number: a partition that partx announces has no name yet.
store_partition() {
  for entry in "$(boot_disk_sysfs)"/*/partition; do
    read -r number <"$entry"
    entry=${entry%/partition}
    [ "$number" != 10 ] || echo "/dev/${entry##*/}"
  done
}

# MiB of a volume group over it: without the header of LUKS, 16 MiB, and what LVM keeps before the first extent, in whole extents of 4 MiB.
store_group_mib() { # store_group_mib PARTITION
  read -r sectors <"/sys/class/block/${1##*/}/size"
  echo $(((sectors / 2048 - 16 - 1) / 4 * 4))
}

# Sectors of 512 bytes in sysfs, whatever the disk's own are.
has_room_for_store() {
  disk=$(boot_disk_sysfs)
  end=0
  for part in "$disk"/*/partition; do
    part=${part%/partition}
    last=$(($(cat "$part/start") + $(cat "$part/size")))
    [ "$last" -le "$end" ] || end=$last
  done
  # The backup of the partition table ends the disk.
  [ $((($(cat "$disk/size") - end - 2048) / 2048)) -ge "$store_least_mib" ]
}

# sfdisk writes the backup of the table first, then the table: one of them is whole at any moment, and the firmware
# repairs the other (UEFI 2.10, 5.3.2). On a disk that was grown the backup moves to its end before.
make_store_partition() {
  disk=/dev/$(basename "$(boot_disk_sysfs)")
  sfdisk --quiet --lock --no-reread --no-tell-kernel --relocate gpt-bak-std "$disk"
  echo 'type=linux, name=store' | sfdisk --quiet --lock --no-reread --no-tell-kernel --append "$disk"
  # The disk is in use: the kernel is told of the new partition alone.
  partx --add --nr 10 "$disk"
}
