# shellcheck shell=sh
# Sourced by build-prefix.sh: what this machine must have before anything is downloaded.

needed_mb=600 # 100 MB of packages, 280 MB unpacked, and the index; measured in 2026.

check_host() {
  case $(uname -s)-$(uname -m) in
    Linux-x86_64) ;;
    *) fail "they are for Linux on x86_64, this is $(uname -s) on $(uname -m)" ;;
  esac

  missing=
  for program in apt-get apt-cache apt-config dpkg-deb tar awk sed sha1sum base64 find; do
    command -v "$program" > /dev/null || missing="$missing $program"
  done
  # apt checks the signatures with one of them.
  command -v gpgv > /dev/null || command -v sqv > /dev/null || missing="$missing gpgv"
  [ -z "$missing" ] || fail "this machine lacks:$missing" "apt-get install apt dpkg tar mawk sed coreutils findutils gpgv    # as root"

  [ -r "$keyring" ] || fail "no keys to check the packages' signatures with: $keyring" \
    "apt-get install debian-archive-keyring    # as root" "ICOS_DEBIAN_KEYRING=FILE tools/bazel ..."

  # Others end a word, a path or a pattern in a file that will name the prefix (bazelrc, class path, ELF run path). Of letters outside
  # ASCII Bazel's server makes other bytes.
  case $prefix in
    *[!A-Za-z0-9/._+@,=~-]*)
      fail "the cache folder's path has a character other than A-Z a-z 0-9 / . _ + @ , = ~ - : $prefix" \
        "ICOS_BAZEL_CACHE=/var/tmp/me/bazel tools/bazel --output_user_root=/var/tmp/me/output ...    # Bazel's own folder has the same limit"
      ;;
    /tmp/*) say "note: actions cannot see tools under /tmp, where Bazel's sandbox has a folder of its own" ;;
  esac

  free_mb=$(df -Pm "${prefix%/*}" | awk 'NR == 2 { print $4 }')
  [ "$free_mb" -ge "$needed_mb" ] || fail "${prefix%/*} has $free_mb MB free, $needed_mb MB are needed" "ICOS_BAZEL_CACHE=FOLDER tools/bazel ..."
}
