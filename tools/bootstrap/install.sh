#!/bin/sh
# install.sh VERSION PREFIX: puts a Bazel made of Debian's packages into PREFIX. Two at once: the second waits and uses the first's.
# The file installed-at, written last, says that PREFIX is complete; what a killed run left goes away with the next one.
set -eu

version=$1
prefix=$2
bootstrap=${0%/*}
. "$bootstrap/report.sh"

cache=${prefix%/*}
mkdir -p "$cache" || :
[ -w "$cache" ] || fail "cannot write to the cache folder $cache" "ICOS_BAZEL_CACHE=FOLDER tools/bazel ..."
command -v flock > /dev/null || fail "this machine lacks flock" "apt-get install util-linux    # as root"

# The kernel drops the lock when this process ends, however it ends.
exec 9> "$cache/.lock"
if ! flock -n 9; then
  say "another tools/bazel is installing Bazel, waiting for it"
  flock 9
fi
if [ -f "$prefix/installed-at" ] && [ "$(cat "$prefix/installed-at")" = "$prefix" ]; then exit 0; fi

# Nobody else builds while we hold the lock: partial folders are leftovers, and so is a prefix that was moved here from elsewhere.
# A process of a killed run may still be writing; then what is left goes next time.
rm -rf "$cache"/.partial-* "$prefix" || :
unfinished=$cache/.partial-$$
trap '[ -z "$unfinished" ] || rm -rf "$unfinished"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
mkdir "$unfinished"
# Without the lock's descriptor: a child that outlives us must not keep the lock.
"$bootstrap/build-prefix.sh" "$version" "$unfinished" "$prefix" 9>&-
mv -T "$unfinished" "$prefix"
unfinished=$prefix

# Only now, since its programs hold the paths of this place.
answer=$("$prefix/bin/bazel" --version) || :
[ "$answer" = "bazel $version" ] || fail "the installed program says '$answer', not 'bazel $version'"
"$prefix/jre/bin/java" -version > "$prefix/jre-version" 2>&1 || fail "the installed Java does not start: $(cat "$prefix/jre-version")"

say "done, $(du -sm "$prefix" | cut -f 1) MiB"
echo "$prefix" > "$prefix/installed-at"
unfinished=
