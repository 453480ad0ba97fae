#!/bin/sh
# Keeps the SSH keys that the CONFIG volume brought, per account, in the config partition:
# they survive upgrades, and sshd reads them there.
set -eu
accounts="admin backup readonly root"
given=/run/config/bootstrap/accounts_ssh_authorized_keys
kept=/boot/config/accounts_ssh_authorized_keys

[ -d "$given" ] || exit 0
mkdir -p "$kept"
chmod 0755 "$kept"
for account in $accounts; do
  [ -f "$given/$account" ] || continue
  if cmp -s "$given/$account" "$kept/$account"; then continue; fi
  # Replaced as a whole: a power cut leaves the old keys or the new.
  install -m 0644 "$given/$account" "$kept/.$account.new"
  sync "$kept/.$account.new"
  mv "$kept/.$account.new" "$kept/$account"
  echo "setup-ssh-user-keys: keys for $account"
done
