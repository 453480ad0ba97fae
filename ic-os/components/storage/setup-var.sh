#!/bin/sh
# Makes the file system of /var when its partition has none: on the first boot of a slot.
# An interrupted attempt leaves no valid superblock, so the next boot makes it again.
set -eu
device=$1

[ -z "$(blkid -p -s TYPE -o value "$device")" ] || exit 0
echo "setup-var: making the file system of $device"
# The inode tables are zeroed lazily, in the background: the first boot does not wait for them.
mkfs.ext4 -q -L var -m 1 -E lazy_itable_init=1,lazy_journal_init=1,nodiscard "$device"
