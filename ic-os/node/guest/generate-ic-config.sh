#!/bin/sh
# Renders the node's configuration from the guest's: generate-ic-config.sh CONFIG TARGET.
# Without a usable CONFIG the node runs with its defaults; a URL that is none is left out. A root key that is none stays:
# the node then refuses to start, rather than trust another. A guest of another type than "default" is no node: nothing
# is rendered, and ic-replica.service does not start.
set -eu
config=$1
target=$2
registry=/var/lib/ic/data/ic_registry_local_store/registry.json

say() { echo "generate-ic-config: $*"; }
complain() { echo "<4>generate-ic-config: $*" >&2; }

# All of the file is read as one list: jq finds nothing wrong with an empty file.
one_object='if length == 1 then .[0] else error("expected one JSON document, got \(length)") end
  | if type == "object" then . else error("expected an object, got \(type)") end'
if [ ! -e "$config" ]; then
  complain "there is no $config: the node runs with its defaults"
  given='{}'
elif ! given=$(jq -cs "$one_object" "$config" 2>&1); then
  complain "$config cannot be used, so the node runs with its defaults: $given"
  given='{}'
fi
ask() { printf '%s' "$given" | jq "$@"; }

type=$(ask -r '.guest_vm_type // "default" | tostring')
if [ "$type" != default ]; then
  say "guest_vm_type is \"$type\": this guest is no node"
  rm -f "$target"
  exit 0
fi

is_url='def is_url: type == "string" and test("^https?://[!-~]+\\z");'
urls=$(ask -c '[.icos_settings | objects | .nns_urls // [] | if type == "array" then .[] else . end]')
printf '%s' "$urls" | jq -r "$is_url"' .[] | select(is_url | not) | tojson' | while read -r url; do
  complain "nns_urls: $url is no http or https URL, and is left out"
done

# A power cut needs no care: the target lies in /run. A reader sees all of it or nothing.
new=$target.new
trap 'rm -f "$new"' EXIT
# shellcheck disable=SC2016 # jq's names, not the shell's
{
  echo "// Rendered at boot by generate-ic-config.sh. What is not here has its default: see ic-os/node/README.adoc."
  ask --arg registry "$registry" --argjson urls "$urls" "$is_url"'
    {
      registry: { sources: ([$urls[] | select(is_url) | sub("/+$"; "") + "/_/registry.json"] + [$registry]) },
      nns_public_key: (.guestos_settings?.guestos_dev_settings?.nns_pub_key_override? // null),
      data_api: (.icos_settings?.deployment_environment? // "" | tostring | ascii_downcase == "testnet")
    }'
} > "$new"
chmod 0644 "$new"
mv "$new" "$target"
say "rendered $target"
