#!/bin/sh
# Loads the firewall ruleset after a change. nft takes a file as one transaction: a bad one leaves the rules as they are.
set -eu
ruleset=/run/ic-node/nftables-ruleset/nftables.conf

load() {
  if problem=$(nft -f /etc/nftables.conf 2>&1); then
    echo "reload-nftables: loaded the ruleset"
    return
  fi
  echo "<3>reload-nftables: the new ruleset is refused, the old one stays: $(printf '%s' "$problem" | head -n 3 | tr '\n' ' ')" >&2
  return 1
}

# systemd does not look at the file while this runs: what is written meanwhile is loaded in another turn.
version() { stat -c '%i %z' "$ruleset" 2>/dev/null || echo none; }
seen=""
until [ "$seen" = "$(version)" ]; do
  seen=$(version)
  if load; then status=0; else status=1; fi
done
exit "$status"
