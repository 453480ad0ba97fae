#!/bin/sh
# build-prefix.sh VERSION ROOT PREFIX: makes in the empty folder ROOT a Bazel that runs once ROOT is renamed to PREFIX.
set -eu

version=$1
root=$2
prefix=$3
bootstrap=${0%/*}
. "$bootstrap/report.sh"
. "$bootstrap/host.sh"
. "$bootstrap/private-apt.sh"
. "$bootstrap/modules.sh"
. "$bootstrap/packages.sh"
. "$bootstrap/unpack.sh"
. "$bootstrap/relocate.sh"
. "$bootstrap/install-base.sh"
. "$bootstrap/trust-store.sh"
. "$bootstrap/launcher.sh"

# A program that failed said why; this says where we were. `fail` exits with 3, an interrupted shell with 128 and more.
on_exit() {
  if [ "$1" -ne 0 ] && [ "$1" -ne 3 ] && [ "$1" -lt 128 ]; then fail "failed while $step (exit $1, the messages are above)"; fi
}
trap 'on_exit $?' EXIT
step='checking this machine'

# What apt, awk and sort print and sort shall not depend on the user's language.
export LC_ALL=C
ca_bundle=${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}
[ -r "$ca_bundle" ] || ca_bundle=
check_host

step='reading the package index'
set_up_apt "$root/apt"
check_version
packages=$(list_packages)

step='downloading'
# shellcheck disable=SC2086  # A list of words.
download_packages $packages

step='unpacking'
unpack "$root/apt/debs" "$root"
rm -rf "$root/apt"
java_home=$(find "$root/usr/lib/jvm" -mindepth 1 -maxdepth 1 -type d -name 'java-*-openjdk-amd64')
ln -s "usr/lib/jvm/${java_home##*/}" "$root/jre"

step='fitting the programs to their place'
relocate "$root" "$prefix"
complete_install_base "$root" "$prefix"
write_modules "$root" "$prefix"
write_launcher "$root" "$prefix"

step='writing the trust store'
if [ -z "$ca_bundle" ]; then
  # Debian's own list, when the host has none yet.
  ca_bundle=$root/etc/ca-bundle.pem
  cat "$root"/usr/share/ca-certificates/mozilla/*.crt > "$ca_bundle"
fi
write_trust_store "$ca_bundle" "$root/etc/cacerts"
