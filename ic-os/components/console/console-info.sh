#!/bin/sh
# What the serial console of a production node shows: which system runs, where it is reached.
set -eu
printf '\n\nGuestOS %s\n' "$(cat /opt/ic/share/version.txt 2>/dev/null || echo 'of unknown version')"
ip -brief address show scope global
printf 'There is no login on this console.\n'
