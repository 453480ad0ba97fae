#!/bin/sh
# install CHECKOUT: makes the rules_icos checkout in the folder CHECKOUT build without a network, from the files beside this script.
#
# Checks the files, writes a block into CHECKOUT/.bazelrc.user (an older one is replaced), and installs Bazel when it is in the archive. Running it twice does no
# harm. To undo: delete the block.
set -eu

fail() {
  echo "install: $1" >&2
  [ $# -lt 2 ] || echo "  Try: $2" >&2
  exit "${status:-3}"
}

bundle=$(cd "$(dirname "$0")" && pwd -P)
if [ $# -ne 1 ] || [ "$1" = --help ] || [ "$1" = -h ]; then
  echo "usage: $0 CHECKOUT    # the folder that holds rules_icos and its tools/bazel" >&2
  [ $# -ne 1 ] || exit 0
  exit 2
fi
status=2
[ -f "$1/MODULE.bazel" ] || fail "$1: expected a folder with a MODULE.bazel" "git clone ... rules_icos && $0 rules_icos"
checkout=$(cd "$1" && pwd -P)
status=3
case $bundle in
  *[!A-Za-z0-9/._+@,=~-]*) fail "the archive lies in a folder whose path has a character other than A-Z a-z 0-9 / . _ + @ , = ~ - : $bundle" "mv it to another folder" ;;
esac

echo "install: checking $(wc -l < "$bundle/SHA256SUMS") files" >&2
status=4
(cd "$bundle" && sha256sum --quiet -c SHA256SUMS >&2) || fail "the files named above are not what was packed" "tar -xf rules_icos-bundle.tar    # once more"
status=3

# The repository rules want to know a registry and mirrors. Nothing is fetched from these; what is missing is told with them.
mirrors=$(while IFS= read -r archive; do printf '%s=http://not-in-the-offline-bundle.invalid/%s,' "$archive" "$archive"; done < "$bundle/archives")
begin='# --- begin: offline, written by rules_icos-bundle/install'
end='# --- end: offline'
user=$checkout/.bazelrc.user
unfinished=$user.$$
trap 'rm -f "$unfinished"' EXIT
[ ! -f "$user" ] || sed "\\|^$begin|,\\|^$end|d" "$user" > "$unfinished"
cat >> "$unfinished" << END
$begin
common --repository_cache=$bundle/repository-cache
common --repository_disable_download
common --repo_env=NPM_CONFIG_REGISTRY=http://not-in-the-offline-bundle.invalid
common --repo_env=ICOS_DEBIAN_MIRROR=${mirrors%,}
$end
END
mv "$unfinished" "$user"

if [ -d "$bundle/debian" ]; then
  ICOS_BAZEL=debian ICOS_DEBIAN_MIRROR=copy:$bundle/debian "$checkout/tools/bazel" --version
fi
echo "install: done. $checkout/tools/bazel builds from $bundle now" >&2
