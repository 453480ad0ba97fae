# shellcheck shell=sh
# Encrypted volumes of this node: a library for setup-var.sh and setup-store.sh.
#
# What the config partition remembers of a volume, in /boot/config/storage/NAME, decides what may be done to it:
#   (nothing)  never seen; it is made only when the partition is blank
#   making     its making began and did not end: it holds nothing yet, so it is made again from the start
#   made       it holds data: it is opened, and never formatted again, whatever is found on the disk

me=${0##*/}
me=${me%.sh}
key=/boot/config/store.keyfile
key_bytes=64
states=/boot/config/storage

# What a service prints reaches journal and console. "<3>" and the like are priorities of sd-daemon(3).
say() { echo "$me: $*"; }
complain() { echo "<3>$me: $*" >&2; }

volume_state() { # volume_state NAME
  if read -r state 2>/dev/null <"$states/$1"; then echo "$state"; fi
}

# Written beside, synced and renamed: a power cut leaves the old state or the new one.
set_volume_state() { # set_volume_state NAME STATE
  mkdir -p "$states"
  echo "$2" >"$states/.$1.new"
  sync "$states/.$1.new"
  mv "$states/.$1.new" "$states/$1"
  sync "$states"
}

key_is_usable() {
  if [ ! -f "$key" ]; then
    complain "there is no key $key, so no encrypted volume can be opened. Put the key back and restart; nothing was changed."
    return 1
  fi
  # A file of another length is not what this node wrote.
  if [ "$(stat -c %s "$key")" != "$key_bytes" ]; then
    complain "$key has $(stat -c %s "$key") bytes, expected $key_bytes: it is not the key of this node. Put the right key back and restart; nothing was changed."
    return 1
  fi
}

# True when the volume is to be made. Fails with a message when it is not known what the partition holds.
must_be_made() { # must_be_made NAME DEVICE
  case $(volume_state "$1") in
    making) return 0 ;;
    made) return 1 ;;
  esac
  content=$(blkid -p -s TYPE -o value "$2") || true
  [ -z "$content" ]
}

# AES-XTS with a 512-bit volume key. The key file has full entropy, so a slow key derivation would only slow each boot:
# PBKDF2 with 1000 iterations, the least that LUKS2 takes, and no benchmark. The header has its usual 16 MiB, of which 4 MiB, room for 16 keys,
# are filled with random bytes: to make 16 MiB of them took half of the time.
make_luks() { # make_luks DEVICE
  cryptsetup luksFormat --batch-mode --type luks2 --cipher aes-xts-plain64 --key-size 512 --hash sha256 \
    --pbkdf pbkdf2 --pbkdf-force-iterations 1000 --luks2-keyslots-size 4m --offset 32768 --key-file "$key" "$1"
}

# Without a process when an earlier one has loaded them.
load_cipher_modules() {
  [ -d /sys/module/dm_crypt ] || modprobe -aq dm_crypt aesni_intel || true
}

# Opens a volume as /dev/mapper/MAPPING. Discards pass through, so that the host's disk file stays sparse.
open_luks() { # open_luks NAME DEVICE MAPPING
  problem=$(cryptsetup open --type luks --allow-discards --key-file "$key" "$2" "$3" 2>&1) && return
  if ! cryptsetup isLuks "$2"; then
    complain "$1 ($2) has no LUKS header, though it is not blank or this node kept data there. It is not formatted: restore its header (cryptsetup luksHeaderRestore)," \
      "or give its data up: echo making > $states/$1, and restart."
  elif [ -z "${problem##*No key available*}" ]; then
    complain "$1 ($2) does not open with $key: it is the key of another disk, or the header is damaged. Put the right key back and restart; nothing was changed."
  else
    complain "$1 ($2) cannot be opened: $problem"
  fi
  return 1
}
