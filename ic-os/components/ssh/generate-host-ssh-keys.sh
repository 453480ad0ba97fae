#!/bin/sh
# The host key of this node: made once, kept in the config partition, the same after every upgrade.
set -eu
folder=/boot/config/ssh
key=$folder/ssh_host_ed25519_key

mkdir -p "$folder"
chmod 0700 "$folder"
rm -f "$folder"/.new*
ssh-keygen -q -t ed25519 -N '' -C '' -f "$folder/.new"
sync "$folder/.new" "$folder/.new.pub"
mv "$folder/.new.pub" "$key.pub"
mv "$folder/.new" "$key"
echo "generate-host-ssh-keys: made $key"
