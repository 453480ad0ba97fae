#!/bin/sh
# Loads the firewall ruleset after a change. nft takes a file as one transaction: a bad one leaves the rules as they are.
set -eu
if problem=$(nft -f /etc/nftables.conf 2>&1); then
  echo "reload-nftables: loaded the ruleset"
else
  echo "<3>reload-nftables: the new ruleset is refused, the old one stays: $(printf '%s' "$problem" | head -n 3 | tr '\n' ' ')" >&2
  exit 1
fi
