#!/bin/sh
# partial-mirror.sh BOOTSTRAP VERSION TARGET: writes into the new folder TARGET what tools/bootstrap (folder BOOTSTRAP) downloads to install Bazel, laid out as
# a Debian mirror: the suite's signed index, and of its packages only those. The installer takes it with ICOS_DEBIAN_MIRROR=copy:TARGET, and checks all
# signatures as ever.
# shellcheck disable=SC1091,SC2034,SC2154  # The sourced files set what this one uses, and use what it sets.
set -eu

bootstrap=$1
version=$2
target=$3
prefix=$target # What check_host looks at.
. "$bootstrap/report.sh"
. "$bootstrap/host.sh"
. "$bootstrap/private-apt.sh"
. "$bootstrap/modules.sh"
. "$bootstrap/packages.sh"

export LC_ALL=C
# The other machine may have no CA certificates: Debian's own come along.
ca_bundle=
check_host
mkdir "$target"
work=$target/.work
trap 'rm -rf "$work"' EXIT
set_up_apt "$work/apt"
check_version
packages=$(list_packages)
# shellcheck disable=SC2086  # A list of words.
(cd "$apt/debs" && apt-get -qq download $packages >&2) || fail "the download failed (apt's messages are above)" "bazel run //tools:bundle    # once more"

for package in $packages; do
  file=$(apt-cache show --no-all-versions "$package" | sed -n 's/^Filename: //p')
  mkdir -p "$target/${file%/*}"
  mv "$apt/debs/${package}"_*.deb "$target/$file"
done
mkdir -p "$target/dists/$suite/main/binary-amd64"
mv "$apt"/state/lists/*_InRelease "$target/dists/$suite/InRelease"
mv "$apt"/state/lists/*_Packages "$target/dists/$suite/main/binary-amd64/Packages"
