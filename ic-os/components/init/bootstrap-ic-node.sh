#!/bin/sh
# Puts what the CONFIG volume brought for the node where the node's services look for it: once in the life of a node.
# The marker comes last, so an interrupted attempt is made again at the next boot.
set -eu
stage=/run/config/bootstrap
config=/run/config/config.json
data=/var/lib/ic/data
crypto=/var/lib/ic/crypto
marker=/boot/config/CONFIGURED

unfinished() {
  echo "<3>bootstrap-ic-node: the node is not configured: see the line above. Nothing is marked as done, and the next boot tries again." >&2
}
trap unfinished EXIT

place() { # place MODE SOURCE TARGET
  install -m "$1" "$2" "$3.new"
  mv "$3.new" "$3"
  echo "bootstrap-ic-node: ${3##*/}"
}

give() { # give FOLDER OWNER:GROUP MODE_OF_FOLDERS MODE_OF_FILES
  chown -R "$2" "$1"
  find "$1" -type d -exec chmod "$3" {} +
  find "$1" -type f -exec chmod "$4" {} +
}

place_folder() { # place_folder NAME TARGET
  [ -d "$stage/$1" ] || return 0
  mkdir -p "$2"
  cp -R "$stage/$1/." "$2/"
  echo "bootstrap-ic-node: $1"
}

place_folder ic_crypto "$crypto"
place_folder ic_state "$data/ic_state"
place_folder ic_registry_local_store "$data/ic_registry_local_store"
# On vfat every file can be executed: modes are given anew.
give "$crypto" ic-replica:ic-replica 0700 0600
give "$data" ic-replica:nonconfidential 2750 0640

# Newer configurations carry the key in config.json, older ones beside it.
key=$data/node_operator_private_key.pem
operator=$(jq -r '.icos_settings.node_operator_private_key // empty' "$config")
if [ -f "$stage/node_operator_private_key.pem" ]; then
  place 0400 "$stage/node_operator_private_key.pem" "$key"
elif [ -n "$operator" ]; then
  printf '%s\n' "$operator" >"$stage/operator"
  place 0400 "$stage/operator" "$key"
fi
# The name of older volumes, and that of newer ones.
for name in nns_public_key.pem nns_public_key_override.pem; do
  [ ! -f "$stage/$name" ] || place 0444 "$stage/$name" "$data/nns_public_key.pem"
done
for file in "$key" "$data/nns_public_key.pem"; do [ ! -f "$file" ] || chown ic-replica:nogroup "$file"; done

# A power cut after the marker finds everything on the disk.
sync
: >"$marker.new"
mv "$marker.new" "$marker"
sync "${marker%/*}"
trap - EXIT
echo "bootstrap-ic-node: configured"
