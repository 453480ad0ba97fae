#!/bin/sh
# Runs {{LABEL}}.
set -eu
case $0 in /*) self=$0 ;; *) self=$PWD/$0 ;; esac
if [ -d "$self.runfiles" ]; then
  RUNFILES_DIR=$self.runfiles
elif [ "${self%%.runfiles/*}" != "$self" ]; then
  # Started by another target, from that target's runfiles.
  RUNFILES_DIR=${self%%.runfiles/*}.runfiles
elif [ -z "${RUNFILES_DIR:-}" ]; then
  # `bazel-bin/.../name` reached through a link: the runfiles stand beside what it points to.
  RUNFILES_DIR=$(readlink -f "$self").runfiles
fi
export RUNFILES_DIR
exec "$RUNFILES_DIR/{{PROGRAM}}" {{ARGS}} "$@"
