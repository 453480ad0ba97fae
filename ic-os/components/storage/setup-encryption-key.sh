#!/bin/sh
# The key of this node's encrypted volumes: made once, at the first boot, from the kernel's random generator.
set -eu
# shellcheck source-path=SCRIPTDIR source=encrypted-volume.sh
. /opt/ic/lib/encrypted-volume.sh

if [ -e /run/guestos/config-is-lost ]; then
  complain "the config partition is lost, so no key is made: it would be gone after this boot"
  exit 1
fi
for state in "$states"/*; do
  [ "$(cat "$state" 2>/dev/null)" = made ] || continue
  complain "$key is gone, and ${state##*/} was encrypted with it: no other key is made. Put the key back and restart; nothing was changed."
  exit 1
done
umask 0377
rm -f "$key.new"
if ! head -c "$key_bytes" /dev/urandom >"$key.new" || ! sync "$key.new"; then
  rm -f "$key.new"
  complain "no key can be written to ${key%/*}: nothing is encrypted in this boot, and /var and the store are not made"
  exit 1
fi
mv "$key.new" "$key"
sync "${key%/*}"
say "made $key"
