#!/bin/sh
# Written by rules/toolchains for --//rules/toolchains:qemu=host.
missing=
command -v {name} >/dev/null || missing=" {package}"
firmware={firmware}
if [ -n "$firmware" ] && [ ! -s "${0%/*}/../$firmware" ]; then
  missing="$missing ovmf"
fi
if [ -n "$missing" ]; then
  echo "{name}: the host's QEMU was asked for, and not all of it is installed" >&2
  echo "  Try: apt-get install$missing    or the pinned QEMU: --//rules/toolchains:qemu=pinned" >&2
  exit 3
fi
exec {name} "$@"
