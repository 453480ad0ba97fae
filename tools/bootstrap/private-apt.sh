# shellcheck shell=sh
# Sourced by build-prefix.sh: an apt with lists, cache and dpkg status of its own, so that it needs no root and changes nothing of the host.

# The suite that packages Bazel.
suite=forky
keyring=${ICOS_DEBIAN_KEYRING:-/usr/share/keyrings/debian-archive-keyring.gpg}

# debian_mirror: prints the mirror's URL: the one asked for, else the first Debian mirror of the host's apt. Without lists (a fresh
# container) apt knows no origins, so the path decides: .../debian, or the mirror list .../debian.list of Debian's cloud images.
debian_mirror() {
  if [ -n "${ICOS_DEBIAN_MIRROR-}" ]; then
    echo "$ICOS_DEBIAN_MIRROR"
  else
    # shellcheck disable=SC2016  # $(SITE) is apt's.
    apt-get indextargets --no-release-info --format '$(SITE)' 'Created-By: Packages' | awk '/\/debian(\.list)?\/*$/ { print; exit }'
  fi
}

# set_up_apt FOLDER: makes apt-get and apt-cache of this process use FOLDER, and reads the suite's index.
set_up_apt() {
  apt=$1
  mirror=$(debian_mirror)
  [ -n "$mirror" ] || fail "no Debian mirror among apt's sources" "ICOS_DEBIAN_MIRROR=URL tools/bazel ...    # URL of a folder that holds dists/$suite"
  mkdir -p "$apt/state/lists/partial" "$apt/cache/archives/partial" "$apt/debs"
  : > "$apt/status"
  echo "deb [arch=amd64 signed-by=$keyring] $mirror $suite main" > "$apt/sources.list"
  {
    # How to reach the network (proxy, certificates, time-outs) is the host's business; its hooks and preferences are not wanted.
    apt-config dump | grep -iE '^Acquire::[a-z]+::(|[^ ]*::)(proxy|proxy-auto-detect|timeout|ca[a-z]*|ssl[a-z]*|verify-[a-z]*)[: ]' || :
    cat << END
Dir::Etc::main "/dev/null"; Dir::Etc::parts "/dev/null";
Dir::Etc::sourcelist "$apt/sources.list"; Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null"; Dir::Etc::preferencesparts "/dev/null";
Dir::State "$apt/state"; Dir::State::status "$apt/status"; Dir::Cache "$apt/cache"; Dir::Log "$apt";
APT::Architecture "amd64"; APT::Architectures "amd64"; APT::Install-Recommends "0"; APT::Sandbox::User "root";
Acquire::Languages "none"; Acquire::Retries "3";
END
  } > "$apt/apt.conf"
  export APT_CONFIG="$apt/apt.conf"
  read_index
}

# A frozen mirror serves an index past its date. Its signature still holds, so the packages are Debian's own, only not the newest.
read_index() {
  if apt-get -q update > "$apt/update.log" 2>&1 && have_index; then return; fi
  if grep -q 'is expired' "$apt/update.log"; then
    say "warning: the index of $suite is out of date on this mirror: $(sed -n 's/.*(invalid since \(.*\)).*/\1/p' "$apt/update.log" | head -n 1) past its end; its signature is good, going on"
    echo 'Acquire::Check-Valid-Until "false";' >> "$apt/apt.conf"
    if apt-get -q update > "$apt/update.log" 2>&1 && have_index; then return; fi
  fi
  sed 's/^/    /' "$apt/update.log" >&2
  fail "apt-get update failed for the suite $suite of $mirror (its messages are above)" \
    "ICOS_DEBIAN_MIRROR=URL tools/bazel ...    # another mirror" \
    "apt-get install --only-upgrade debian-archive-keyring    # as root, when a key is missing"
}

# apt-get update also succeeds when nothing could be fetched.
have_index() {
  apt-cache show bazel-bootstrap > /dev/null 2>&1
}
