#!/bin/sh
# Takes the SSH keys of accounts from the orchestrator: deploy-ssh-keys.sh GIVEN KEPT.
#
# Runs as root on files that the orchestrator writes, and trusts them no further than this: only the accounts
# below, only lines that are a key without options, and read with the orchestrator's own rights, so that a link
# to a secret opens nothing.
set -eu
given=$1
kept=$2
accounts="backup readonly"
key='^(sk-)?(ssh-(ed25519|rsa)|ecdsa-sha2-nistp(256|384|521))(@openssh\.com)? [A-Za-z0-9+/]+=?=?( [ -~]*)?$'

say() { echo "deploy-ssh-keys: $*"; }

mkdir -p "$kept"
chmod 0755 "$kept"
for account in $accounts; do
  new=$kept/.$account.new
  if ! setpriv --reuid=ic-replica --regid=ic-replica --clear-groups head -c 65536 "$given/$account" > "$new" 2>/dev/null; then
    rm -f "$new"
    continue
  fi
  if LC_ALL=C grep -qvE "$key" "$new"; then
    say "refusing the keys of $account: line $(LC_ALL=C grep -nvE -m1 "$key" "$new" | cut -d: -f1) is no plain SSH public key"
    rm -f "$new"
    continue
  fi
  if cmp -s "$new" "$kept/$account"; then
    rm -f "$new"
    continue
  fi
  # Replaced as a whole: a power cut leaves the old keys or the new.
  chmod 0644 "$new"
  sync "$new"
  mv "$new" "$kept/$account"
  sync "$kept"
  say "$(grep -c . "$kept/$account" || true) keys for $account"
done
