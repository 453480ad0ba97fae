# shellcheck shell=sh
# Sourced by tools/bazel: looks for a usable Bazel on PATH.

# bazel_on_path NAME: sets $found to the first NAME on PATH that is not this wrapper and gives Bazel $version.
# Otherwise says in $tried why not, and in $rejected which program that was.
tried=
rejected=
bazel_on_path() {
  first_on_path "$1"
  if [ -z "$found" ]; then
    tried="$tried  $1 on PATH: none
"
    return 1
  fi
  ! was_rejected "$found" && gives_version "$found"
}

first_on_path() {
  found=
  set -f
  old_ifs=$IFS
  IFS=:
  for folder in $PATH; do
    candidate=${folder:-.}/$1
    if [ -f "$candidate" ] && [ -x "$candidate" ] && ! [ "$candidate" -ef "$self" ]; then
      found=$candidate
      break
    fi
  done
  IFS=$old_ifs
  set +f
}

# Bazelisk downloads what it has not got, and shows that on stderr; without a network it may hang, hence the bound.
gives_version() {
  answer=$(
    unset BAZEL_REAL
    export ICOS_BAZEL_PROBE=1 BAZELISK_SKIP_WRAPPER=1 USE_BAZEL_VERSION="$version"
    exec timeout -k 5 "${ICOS_BAZEL_PROBE_SECONDS:-60}" "$1" --version < /dev/null
  )
  status=$?
  [ "$answer" != "bazel $version" ] || return 0
  case $status in
    0) reason="says '$answer', not 'bazel $version'" ;;
    124 | 137) reason="gave no answer within ${ICOS_BAZEL_PROBE_SECONDS:-60} s" ;;
    *) reason="could not give Bazel $version (exit $status)" ;;
  esac
  tried="$tried  $1 $reason
"
  rejected="$rejected$1
"
  return 1
}

# Keeps beside the private Bazel what was found unusable, so that nobody waits for the same answer at every start.
remember_rejected() {
  [ -z "$rejected" ] || printf '%s' "$rejected" >> "$prefix/rejected"
}

# True when this program was found unusable before and is no newer than that finding.
was_rejected() {
  [ -f "$prefix/rejected" ] && ! [ "$1" -nt "$prefix/rejected" ] || return 1
  while IFS= read -r path; do
    [ "$path" != "$1" ] || return 0
  done < "$prefix/rejected"
  return 1
}
