# shellcheck shell=sh
# Sourced by build-prefix.sh.

# unpack DEBS ROOT: the files of every package in DEBS; no maintainer script runs.
unpack() {
  say "unpacking"
  mkdir -p "$2"
  for deb in "$1"/*.deb; do
    dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$2" --no-same-owner \
      --exclude=./usr/share/doc --exclude=./usr/share/man --exclude=./usr/share/maven-repo --exclude=./usr/share/lintian \
      --exclude=./usr/share/locale --exclude=./usr/share/bug --exclude=./usr/share/bash-completion --exclude=./usr/include \
      --exclude=./usr/lib/debug
  done
}
