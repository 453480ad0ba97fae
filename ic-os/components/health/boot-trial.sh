#!/bin/sh
# Decides about the first boot of an upgrade: boot-trial.sh begin|run
#
#   begin  exit code 0 when the running system is on trial. Otherwise tells how the last upgrade ended, if this is the first boot after it.
#   run    confirms the system once its health checks pass twice in a row; restarts it when they do not within the deadline, which makes
#          the boot loader go back.
#
# The deadline is 600 s after the kernel's start, or guestos.health_deadline=SECONDS on the kernel's command line, at most 1800.
# /boot/config/upgrade/trial.json tells the system that comes after a rollback why it happened.
set -u
grubenv=${GRUBENV:-/boot/grub/grubenv}
record=${TRIAL_RECORD:-/boot/config/upgrade/trial.json}
state=${HEALTH_STATE:-/run/guestos-health}
version_file=${VERSION_FILE:-/opt/ic/share/version.txt}
command_line=${COMMAND_LINE:-/proc/cmdline}
uptime=${UPTIME:-/proc/uptime}
metrics=${HEALTH_METRICS:-/run/node_exporter/collector_textfile}
pause=${PAUSE:-2}
settle=${SETTLE:-10}
PATH=${PATH:-/usr/bin:/usr/sbin}:/opt/ic/bin

# The unit's output goes to the journal and to the console.
say() { echo "boot-trial: $*"; }

# An ordinary boot starts no other program than this shell: each costs under emulation.
boot_cycle="" upgrade_attempt=""
while IFS='=' read -r name value || [ -n "$name" ]; do
  case $name in
    boot_cycle) boot_cycle=$value ;;
    upgrade_attempt) upgrade_attempt=$value ;;
  esac
done <"$grubenv"

# Written beside and renamed: a power cut leaves the old record or the new.
put() { # put FILE, the content on standard input
  mkdir -p "${1%/*}"
  cat >"$1.new" && sync "$1.new" && mv "$1.new" "$1" && sync "${1%/*}"
}

keep() { # keep STATE REASON
  jq -n --arg version "$version" --arg state "$1" --arg reason "$2" '{ $version, $state, $reason }' | put "$record"
}

recorded() { jq -r --arg name "$1" '.[$name] // ""' "$record" 2>/dev/null; }

# For the orchestrator, the metrics and whoever asks.
tell() { # tell VERSION OUTCOME REASON
  jq -n --arg version "$1" --arg outcome "$2" --arg reason "$3" '{ $version, $outcome, reason: (if $reason == "" then null else $reason end) }' | put "$state/verdict.json"
  chmod 0644 "$state/verdict.json"
  # This may be before systemd-tmpfiles made the folder; it gives it its owner and mode then.
  {
    echo "# HELP guestos_last_upgrade 1. The version that was tried last, and how that ended."
    echo "# TYPE guestos_last_upgrade gauge"
    echo "guestos_last_upgrade{version=\"$1\",outcome=\"$2\"} 1"
  } | put "$metrics/guestos_last_upgrade.prom"
}

begin() {
  if [ "$boot_cycle" = failsafe_check ]; then exit 0; fi
  if [ -n "$upgrade_attempt" ]; then
    # The boot loader's state names the slot that was tried; manageboot knows what is in it.
    tried=$(manageboot guestos status --json | jq -r '.slots | to_entries[] | select(.value.state == "rolled back") | .value.version // "unknown"')
    if [ -n "$tried" ]; then
      reason="it did not get as far as its health checks: its kernel, initrd, root file system or early user space failed or hung"
      if [ "$(recorded version)" = "$tried" ]; then
        case $(recorded state) in
          unhealthy) reason=$(recorded reason) ;;
          trying) reason="it restarted before its health was known: kernel panic, watchdog or loss of power" ;;
        esac
      fi
      say "the upgrade to $tried was rolled back: $reason"
      tell "$tried" rolled_back "$reason"
    fi
  elif [ -e "$record" ] && [ "$(recorded state)" = confirmed ] && [ "$(recorded version)" = "$version" ]; then
    tell "$version" confirmed ""
  fi
  exit 1
}

seconds() { cut -d . -f 1 "$uptime"; }

deadline() {
  limit=600
  read -r arguments <"$command_line"
  for argument in $arguments; do
    case $argument in guestos.health_deadline=[1-9]*) limit=${argument#*=} ;; esac
  done
  case $limit in *[!0-9]* | ?????*) limit=600 ;; esac
  if [ "$limit" -gt 1800 ]; then limit=1800; fi
}

# A system that still starts is not well yet, and each look would take from it what its start needs. Shortly before the deadline it is looked
# at all the same: whoever reads why it was given up wants to know of every check.
still_starts() {
  [ "$(seconds)" -lt $((limit - 30)) ] || return 1
  case $(systemctl is-system-running) in initializing | starting) return 0 ;; esac
  return 1
}

run() {
  deadline
  keep trying ""
  say "$version is on trial: it has until $limit s after its start to be healthy"
  passes=0 reason="its health checks did not end"
  while [ "$(seconds)" -lt "$limit" ]; do
    if still_starts; then
      sleep "$pause"
      continue
    fi
    if report=$(guestos-health --json); then
      passes=$((passes + 1))
      if [ "$passes" -ge 2 ]; then
        if problem=$(manageboot guestos confirm 2>&1); then
          keep confirmed ""
          tell "$version" confirmed ""
          say "$version is healthy and confirmed, $(seconds) s after its start"
          exit 0
        fi
        reason="it cannot be confirmed: $problem"
      else
        # What crashes again and again may look well for a moment.
        sleep "$settle"
        continue
      fi
    else
      passes=0
      reason=$(printf '%s' "$report" | jq -r '[.checks[] | select(.outcome == "failed") | "\(.name): \(.message)"] | join("; ")')
    fi
    sleep "$pause"
  done
  say "$version is not healthy $limit s after its start, going back: $reason"
  keep unhealthy "$reason"
  # This unit stays while the system goes down, and helps it when it does not.
  systemctl --no-block reboot
  sleep "${FORCE_AFTER:-90}"
  say "the restart takes too long, forcing it"
  systemctl reboot --force --force
  exit 1
}

read -r version <"$version_file"
case ${1:-} in
  begin) begin ;;
  run) run ;;
  *)
    echo "boot-trial: expected begin or run, got ${1:-nothing}" >&2
    exit 2
    ;;
esac
