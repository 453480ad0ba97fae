#!/bin/sh
# Stages the configuration of this node in /run/config, at every boot: from the CONFIG volume when there is a good one,
# else from what an earlier boot kept in /boot/config. The volume holds files and folders, or all of them in ic-bootstrap.tar.
#
# The volume comes from the host, which the guest trusts less than itself: it is mounted read-only and without execution,
# and only regular files and folders are taken. One that holds anything else, or no good config.json, is refused as a whole.
set -eu
run=/run/config
stage=$run/bootstrap
media=$run/media
kept=/boot/config/config.json
label=CONFIG

# What goes to stderr is on the console too. "<3>" and the like are priorities of sd-daemon(3).
say() { echo "init-config: $*"; }
note() { echo "<5>init-config: $*" >&2; }
complain() { echo "<3>init-config: $*" >&2; }

# Block devices of other disks than the one this system was booted from. A process for each would cost the boot a second.
foreign_devices() {
  config=$(readlink /run/guestos/partition/config)
  own=$(cd -P "/sys/class/block/${config##*/}/.." && pwd)
  for entry in /sys/class/block/*; do
    case ${entry##*/} in dm-* | loop* | ram* | zram* | "${own##*/}" | "${own##*/}"[0-9p]*) continue ;; esac
    echo "/dev/${entry##*/}"
  done
}

# Sets `volume` to the device with the label, and `others` to what else was seen.
find_volume() {
  volume="" others=""
  devices=$(foreign_devices)
  [ -n "$devices" ] || return 0
  # shellcheck disable=SC2086 # one word a device
  found=$(blkid -p -s TYPE -s LABEL -o export $devices) || true
  device="" name=""
  while IFS='=' read -r field value; do
    case $field in
      DEVNAME) device=$value name="" ;;
      LABEL) name=$value ;;
      TYPE)
        if [ "$name" = "$label" ] && [ -z "$volume" ]; then
          volume=$device
        else
          others="$others $device ($value, label '$name')"
        fi
        ;;
    esac
  done <<END
$found
END
}

# A virtio disk is there from the start; a USB one may still be on its way.
wait_for_volume() {
  for attempt in 1 2 3; do
    find_volume
    [ -z "$volume" ] && [ -e /sys/bus/usb/devices/usb1 ] || return 0
    [ "$attempt" = 3 ] || sleep 1
  done
}

# Copies the volume to $stage.new. Fails with a message.
copy_volume() {
  mkdir -p "$media"
  if ! mount -t vfat -o ro,nodev,nosuid,noexec,umask=0077 "$volume" "$media"; then
    complain "the CONFIG volume $volume is no vfat file system that can be mounted: nothing is taken from it"
    return 1
  fi
  copied=0
  copy_files || copied=1
  umount "$media"
  return $copied
}

copy_files() {
  tar=$media/ic-bootstrap.tar
  outside=""
  if [ -f "$tar" ]; then
    members=$(tar -tvf "$tar") || { complain "ic-bootstrap.tar of the CONFIG volume is damaged: nothing is taken from the volume"; return 1; }
    foreign=$(printf '%s\n' "$members" | grep -v '^[-d]' | head -n 3 | tr '\n' ' ') || true
    outside=$(tar -tf "$tar" | grep -E '^/|(^|/)\.\.(/|$)' | head -n 3 | tr '\n' ' ') || true
  else
    foreign=$(find "$media" -mindepth 1 ! -type f ! -type d | head -n 3 | tr '\n' ' ')
  fi
  if [ -n "$foreign" ]; then
    complain "the CONFIG volume holds what is neither file nor folder, so nothing is taken from it: $foreign"
    return 1
  fi
  if [ -n "$outside" ]; then
    complain "ic-bootstrap.tar of the CONFIG volume has names that lead out of it, so nothing is taken from the volume: $outside"
    return 1
  fi
  rm -rf "$stage.new"
  mkdir -m 0700 "$stage.new"
  if [ -f "$tar" ]; then
    tar -xf "$tar" -C "$stage.new" --no-same-owner --no-same-permissions && return
  else
    cp -R "$media/." "$stage.new/" && return
  fi
  complain "the CONFIG volume cannot be read to its end: nothing is taken from it"
  return 1
}

# Prints the guest's type; fails with the reason when the document cannot be used. Fields it does not know are fine.
# All of the file is read as one list: jq would find nothing wrong with an empty file, and use it.
read_type() { # read_type CONFIG_JSON
  jq -rs 'if length != 1 then error("expected one JSON document, got \(length)") else .[0] end
    | if type != "object" then error("expected an object, got \(type)")
    elif (.network_settings | type) != "object" then error("expected network_settings to be an object")
    elif (.icos_settings | type) != "object" then error("expected icos_settings to be an object")
    else (.guest_vm_type // "default") | if . == "default" or . == "upgrade" then . else "unknown" end end' "$1" 2>&1
}

# Makes a document that was checked the configuration of this boot. Here and below each step asks for the one before:
# the shell does not end at an error in a function whose caller looks at its result.
use() { # use CONFIG_JSON TYPE
  rm -rf "$run/guest_vm_type" &&
    mkdir "$run/guest_vm_type" &&
    install -m 0400 -o ic-replica -g nogroup "$1" "$run/config.json.new" &&
    mv "$run/config.json.new" "$run/config.json" &&
    : >"$run/guest_vm_type/$2" && return
  complain "the configuration cannot be written to $run"
  return 1
}

# For boots without a volume. What was kept before stays until the new is on the disk.
keep() { # keep CONFIG_JSON
  if cmp -s "$1" "$kept"; then return; fi
  install -m 0600 "$1" "$kept.new" && sync "$kept.new" && mv "$kept.new" "$kept" && return
  rm -f "$kept.new"
  complain "config.json cannot be kept in ${kept%/*}: it holds for this boot, and one without a CONFIG volume would use what was kept before"
  return 1
}

take_volume() {
  copy_volume || return 1
  config=$stage.new/config.json
  if [ ! -f "$config" ]; then
    complain "the CONFIG volume has no config.json: nothing is taken from it"
    return 1
  fi
  if ! type=$(read_type "$config"); then
    complain "config.json of the CONFIG volume cannot be used, so nothing is taken from the volume: $type"
    return 1
  fi
  use "$config" "$type" || return 1
  keep "$config" || status=1
  rm -rf "$stage"
  mv "$stage.new" "$stage" || return 1
  say "took the configuration from $volume"
}

mkdir -p "$run"
wait_for_volume
status=0
if [ -n "$volume" ]; then
  if take_volume; then exit "$status"; fi
  status=1
  rm -rf "$stage.new"
else
  others=${others:+; there is$others}
fi
if [ -f "$kept" ] && type=$(read_type "$kept"); then
  use "$kept" "$type" || exit 1
  [ -n "$volume" ] || note "no volume with the label $label$others"
  note "using the configuration that an earlier boot kept"
else
  [ -n "$volume" ] || complain "no volume with the label $label$others: this node has no configuration"
fi
exit "$status"
