#!/bin/sh
# Stages the configuration of this node in /run/config, at every boot: from the CONFIG
# volume when there is one, else from what an earlier boot kept in /boot/config.
#
# The volume comes from the host, which the guest trusts less than itself: it is mounted
# read-only and without execution, and only regular files and directories are taken.
set -eu
stage=/run/config/bootstrap
label=CONFIG
media=/run/config/media

mkdir -p "$stage" "$media"
chmod 0755 /run/config "$stage"

say() { echo "init-config: $*"; }

# A virtio disk is there from the start; a USB one may still be on its way.
volume=$(blkid -L "$label" || true)
if [ -z "$volume" ]; then
  udevadm settle --timeout=30 || true
  volume=$(blkid -L "$label" || true)
fi
if [ -z "$volume" ]; then
  say "no volume with the label $label: keeping what earlier boots were given"
  exit 0
fi
if ! mount -t vfat -o ro,nodev,nosuid,noexec,umask=0077 "$volume" "$media"; then
  say "the CONFIG volume is no vfat file system that can be mounted: ignoring it"
  exit 0
fi
trap 'umount "$media"' EXIT

foreign=$(find "$media" -mindepth 1 ! -type f ! -type d | head -n 5)
if [ -n "$foreign" ]; then
  say "the CONFIG volume holds something that is neither file nor directory, so nothing is taken from it: $foreign"
  exit 1
fi
cp -R "$media/." "$stage/"
if [ -f "$stage/config.json" ]; then
  if jq -e 'type == "object"' "$stage/config.json" >/dev/null 2>&1; then
    install -m 0644 "$stage/config.json" /run/config/config.json
  else
    say "config.json of the CONFIG volume is no JSON object: ignoring it"
  fi
fi
say "took $(find "$stage" -type f | wc -l) files from the CONFIG volume"
