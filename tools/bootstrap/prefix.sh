# shellcheck shell=sh
# Sourced by tools/bazel: where the private Bazel lies, and whether it is there. Runs at every start, so it forks as little as it can.

# The installer's own digest is part of the name: another installer makes another folder, and nothing in use is ever rewritten.
installer_digest=$(LC_ALL=C; cat "$bootstrap"/*.sh | cksum)
prefix_name=bazel-$version-${installer_digest%% *}

if [ -n "${ICOS_BAZEL_CACHE-}" ]; then
  prefix=$ICOS_BAZEL_CACHE/$prefix_name
elif [ -n "${XDG_CACHE_HOME-}" ]; then
  prefix=$XDG_CACHE_HOME/rules_icos/$prefix_name
elif [ -n "${HOME-}" ]; then
  prefix=$HOME/.cache/rules_icos/$prefix_name
else
  # As Bazel itself does without HOME.
  prefix=$(getent passwd "$(id -u)" | cut -d: -f6)/.cache/rules_icos/$prefix_name
fi
case $prefix in /*) ;; *) prefix=$PWD/$prefix ;; esac

# True when the prefix was installed completely, and for this path: its programs hold absolute paths, so a moved folder does not count.
# The file is the last thing that an installation writes.
prefix_is_complete() {
  [ -f "$prefix/installed-at" ] && IFS= read -r installed_at < "$prefix/installed-at" && [ "$installed_at" = "$prefix" ]
}
