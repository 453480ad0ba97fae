#!/bin/sh
# perturb.sh PROGRAM ARGS...: runs an action as another user of another machine would.
#
# Used by determinism_test: what an action writes must not depend on any of this.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
umask 077
export USER=somebody LOGNAME=somebody HOME=/nonexistent HOSTNAME=elsewhere
export LC_ALL=tr_TR.UTF-8 LANG=tr_TR.UTF-8 TZ=Asia/Kathmandu COLUMNS=40
# A temporary folder with an unusual and much longer name.
TMPDIR=$(mktemp -d "${TMPDIR:-/tmp}/perturbed folder.XXXXXX")
export TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT
# Another clock, another order of folders, another number of cores, for every Node process.
export NODE_OPTIONS="--import=$here/perturb.mjs"
"$@"
