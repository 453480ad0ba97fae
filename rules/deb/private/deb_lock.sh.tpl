#!/bin/sh
# Written by rules/deb for {label}.
set -eu
if [ -z "${RUNFILES_DIR:-}" ]; then
  case $0 in
  /*) self=$0 ;;
  *) self=$PWD/$0 ;;
  esac
  [ -d "$self.runfiles" ] || self=$(readlink -f "$self")
  RUNFILES_DIR=$self.runfiles
fi
export RUNFILES_DIR
exec "$RUNFILES_DIR/{program}" {arguments} "$@"
