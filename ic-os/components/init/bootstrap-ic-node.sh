#!/bin/sh
# Puts what the CONFIG volume brought for the node where the node's services look for it: once in the life of a node.
# The marker comes last, so an interrupted attempt is made again at the next boot.
set -eu
stage=/run/config/bootstrap
config=/run/config/config.json
data=/var/lib/ic/data
crypto=/var/lib/ic/crypto
marker=/boot/config/CONFIGURED

place() { # place MODE SOURCE TARGET
  install -m "$1" "$2" "$3.new"
  mv "$3.new" "$3"
  echo "bootstrap-ic-node: ${3##*/}"
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
chown -R ic-replica:ic-replica "$crypto"
chmod -R u=rwX,go= "$crypto"
chown -R ic-replica:nonconfidential "$data"
chmod -R u=rwX,g=rXs,o= "$data"

# Newer configurations carry the key in config.json, older ones beside it.
key=$data/node_operator_private_key.pem
if [ -f "$stage/node_operator_private_key.pem" ]; then
  place 0400 "$stage/node_operator_private_key.pem" "$key"
elif jq -ej '.icos_settings.node_operator_private_key // empty' "$config" >"$stage/operator"; then
  place 0400 "$stage/operator" "$key"
fi
[ ! -f "$stage/nns_public_key.pem" ] || place 0444 "$stage/nns_public_key.pem" "$data/nns_public_key.pem"
for file in "$key" "$data/nns_public_key.pem"; do [ ! -f "$file" ] || chown ic-replica:nogroup "$file"; done

# A power cut after the marker finds everything on the disk.
sync
: >"$marker.new"
mv "$marker.new" "$marker"
sync "${marker%/*}"
echo "bootstrap-ic-node: configured"
