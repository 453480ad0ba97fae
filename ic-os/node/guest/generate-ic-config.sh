#!/bin/sh
# Renders the node's configuration from the guest's: generate-ic-config.sh CONFIG TARGET.
# Without a usable CONFIG the node runs with its defaults. A guest of another type than
# "default" is no node: nothing is rendered, and ic-replica.service does not start.
set -eu
config=$1
target=$2
registry=/var/lib/ic/data/ic_registry_local_store/registry.json

say() { echo "generate-ic-config: $*"; }

if [ ! -e "$config" ]; then
  say "there is no $config: the node runs with its defaults"
  given='{}'
elif ! given=$(jq -ce 'if type == "object" then . else error("no object") end' "$config"); then
  say "$config is no JSON object: the node runs with its defaults"
  given='{}'
fi

type=$(printf '%s' "$given" | jq -r '.guest_vm_type // "default" | tostring')
if [ "$type" != default ]; then
  say "guest_vm_type is \"$type\": this guest is no node"
  rm -f "$target"
  exit 0
fi

# A power cut needs no care: the target lies in /run. A reader sees all of it or nothing.
new=$target.new
trap 'rm -f "$new"' EXIT
{
  echo "// Rendered at boot by generate-ic-config.sh. What is not here has its default: see ic-os/node/README.adoc."
  printf '%s' "$given" | jq --arg registry "$registry" '
    ((.icos_settings | objects) // {}) as $icos |
    {
      registry: { sources: ([$icos.nns_urls | arrays | .[] | strings | sub("/+$"; "") + "/_/registry.json"] + [$registry]) },
      nns_public_key: (.guestos_settings?.guestos_dev_settings?.nns_pub_key_override? // null),
      data_api: ($icos.deployment_environment // "" | tostring | ascii_downcase == "testnet")
    }'
} > "$new"
chmod 0644 "$new"
mv "$new" "$target"
say "rendered $target"
