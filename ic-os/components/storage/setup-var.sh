#!/bin/sh
# Opens the encrypted /var of the running slot ($SLOT), and makes it on the slot's first boot.
# Leaves /run/guestos/var for var.mount; when the volume cannot be opened, an empty /var in memory.
set -eu
# shellcheck source-path=SCRIPTDIR source=encrypted-volume.sh
. /opt/ic/lib/encrypted-volume.sh
name=${SLOT}_var
device=/run/guestos/partition/$name
mapping=var

do_without() {
  trap - EXIT
  complain "/var is empty and in memory in this boot"
  mount -t tmpfs -o mode=0755,nodev,nosuid,size=25% tmpfs /var
  exit 1
}
trap do_without EXIT

load_cipher_modules
key_is_usable
if must_be_made "$name" "$device"; then
  say "making $name, encrypted"
  set_volume_state "$name" making
  make_luks "$device"
  open_luks "$name" "$device" "$mapping"
  # The inode tables are zeroed lazily, in the background: the first boot does not wait for them.
  mkfs.ext4 -q -F -L var -m 1 -E lazy_itable_init=1,lazy_journal_init=1,nodiscard "/dev/mapper/$mapping"
  sync "/dev/mapper/$mapping"
  set_volume_state "$name" made
  say "made $name"
else
  open_luks "$name" "$device" "$mapping"
  # A volume of a node whose config partition is new: it opened, so it is this node's.
  [ "$(volume_state "$name")" = made ] || set_volume_state "$name" made
fi
ln -sfn "/dev/mapper/$mapping" /run/guestos/var
trap - EXIT
