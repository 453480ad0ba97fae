#!/bin/sh
# Host name and network of this boot, from config.json. Without one, or for what is not understood in it, the image's
# 10-guest.network stays: router advertisements and DHCP.
set -eu
config=${1:-/run/config/config.json}
folder=${2:-/run/systemd/network}
hostname=${3:-/proc/sys/kernel/hostname}
program=${4:-/opt/ic/share/network.jq}

digest=""
if grep -q Deterministic "$config"; then
  # The scheme of the IC's deterministic addresses: SHA-256 of the BMC's MAC, the deployment's name and a line end.
  seed=$(jq -r '.icos_settings | [.mgmt_mac, .deployment_environment] | select(all(type == "string")) | add | ascii_downcase' "$config")
  [ -z "$seed" ] || digest=$(echo "$seed" | sha256sum | cut -c 1-8)
fi

mkdir -p "$folder"
jq -r --arg digest "$digest" -f "$program" "$config" >"$folder/.rendered"
{
  read -r name
  read -r problem
  cat >"$folder/.new"
} <"$folder/.rendered"
rm "$folder/.rendered"
echo "$name" >"$hostname"
if [ -n "$problem" ]; then
  echo "<4>generate-network-config: $problem: using router advertisements and DHCP instead" >&2
fi
if [ -s "$folder/.new" ]; then
  mv "$folder/.new" "$folder/05-enp1s0.network"
  echo "generate-network-config: $(grep '^Address=' "$folder/05-enp1s0.network" | tr '\n' ' ')"
else
  rm "$folder/.new"
fi
