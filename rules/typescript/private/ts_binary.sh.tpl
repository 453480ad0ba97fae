#!/bin/sh
# Starts {{LABEL}} on the pinned Node.
set -eu
case $0 in /*) self=$0 ;; *) self=$PWD/$0 ;; esac
if [ -d "$self.runfiles" ]; then
  RUNFILES_DIR=$self.runfiles
elif [ "${self%%.runfiles/*}" != "$self" ]; then
  # Started by another target, from that target's runfiles.
  RUNFILES_DIR=${self%%.runfiles/*}.runfiles
elif [ -z "${RUNFILES_DIR:-}" ]; then
  # `bazel-bin/.../name` reached through a link: the runfiles stand beside what it points to.
  target=$(readlink -f "$self")
  RUNFILES_DIR=$target.runfiles
fi
export RUNFILES_DIR
exec "$RUNFILES_DIR/{{NODE}}" "$RUNFILES_DIR/{{BUNDLE}}" {{ARGS}} "$@"
