#!/bin/sh
# One request of the orchestrator, which may not write the slots itself: boot-manager-request.sh [MANAGEBOOT].
#
# Standard input: a line "status", "commit" or "install [--allow-downgrade]", and behind install the update image.
# Standard output: what manageboot says, and last a line "exit CODE".
#
# Runs as root for whoever may connect. No word of the request becomes an argument, and the image is trusted no further than manageboot
# trusts any: by its signature.
set -u
manageboot=${1:-/opt/ic/bin/manageboot}

read -r request
case $request in
  status) "$manageboot" guestos status --json ;;
  commit) "$manageboot" guestos upgrade-commit 2>&1 ;;
  install) "$manageboot" guestos upgrade-install - 2>&1 ;;
  "install --allow-downgrade") "$manageboot" guestos upgrade-install --allow-downgrade - 2>&1 ;;
  *)
    echo "boot-manager-request: expected status, commit or install"
    false
    ;;
esac
code=$?
echo "exit $code"
# What was not read would take the answer away with it: the peer of a socket that is closed on unread data gets an error.
exec cat >/dev/null
