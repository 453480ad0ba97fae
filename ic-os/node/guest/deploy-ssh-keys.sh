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
refuse() { # refuse ACCOUNT REASON
  rm -f "$kept/.$1.new"
  echo "<3>deploy-ssh-keys: the keys of $1 stay as they are: $2" >&2
  status=1
}

deploy() { # deploy ACCOUNT
  new=$kept/.$1.new
  if ! setpriv --reuid=ic-replica --regid=ic-replica --clear-groups head -c 65536 "$given/$1" > "$new"; then
    refuse "$1" "the new ones cannot be read or written"
  elif LC_ALL=C grep -qvE "$key" "$new"; then
    refuse "$1" "line $(LC_ALL=C grep -nvE -m1 "$key" "$new" | cut -d: -f1) of the new ones is no plain SSH public key"
  elif cmp -s "$new" "$kept/$1"; then
    rm -f "$new"
  # Replaced as a whole: a power cut leaves the old keys or the new.
  elif chmod 0644 "$new" && sync "$new" && mv "$new" "$kept/$1" && sync "$kept"; then
    say "$(grep -c . "$kept/$1" || true) keys for $1"
  else
    refuse "$1" "the new ones cannot be written"
  fi
}

mkdir -p "$kept"
chmod 0755 "$kept"
status=0
# systemd does not look at the folder while this runs: what is written meanwhile is taken in another turn.
version() { stat -c '%i %z' "$given"; }
seen=""
until [ "$seen" = "$(version)" ]; do
  seen=$(version)
  status=0
  for account in $accounts; do
    if [ -e "$given/$account" ] || [ -L "$given/$account" ]; then deploy "$account"; fi
  done
done
exit "$status"
