/** Where extensions lie that are gone with the next boot. */
const extensions = "/run/extensions";

/** Prints the sums of files as they run in the guest, one `SUM  PATH` a line; a file that is not there has no line. */
export function sumsScript(paths: readonly string[]): string {
  return `sha256sum -- ${paths.map(quoted).join(" ")} 2>/dev/null; true`;
}

/**
 * Takes a tar of an extension from standard input and puts it in force, over what an earlier push brought. Prints the units that it restarted, one
 * a line: those in which a program runs whose command line names a file that changed.
 */
export function pushScript(name: string, changed: readonly string[]): string {
  const now = `${extensions}/${name}`;
  // Beside the extensions: systemd takes every folder among them for one.
  const [next, old] = [`/run/${name}.new`, `/run/${name}.old`];
  return [
    "set -eu",
    unitsFunction(changed),
    `trap 'rm -rf ${next} ${old}' EXIT`,
    `rm -rf ${next} ${old}`,
    `mkdir -p ${extensions} ${next}`,
    `if [ -d ${now} ]; then cp -a ${now}/. ${next}/; fi`,
    `tar -xf - -C ${next}`,
    `units=$(units)`,
    `if [ -d ${now} ]; then mv ${now} ${old}; fi`,
    `mv ${next} ${now}`,
    refresh,
    restart,
  ].join("\n");
}

/** Takes back what was pushed. Prints the units that it restarted; nothing when nothing was pushed. */
export function revertScript(name: string): string {
  const now = `${extensions}/${name}`;
  return [
    "set -eu",
    `if [ ! -d ${now} ]; then exit 0; fi`,
    `changed=$(cd ${now} && find . -type f ! -path './usr/lib/extension-release.d/*' | sed 's/^\\.//')`,
    unitsFunction(undefined),
    "units=$(units)",
    `rm -rf ${now}`,
    refresh,
    restart,
  ].join("\n");
}

const refresh = "systemd-sysext refresh >&2";
const restart = `for unit in $units; do systemctl restart "$unit"; echo "$unit"; done`;

/** A program that was started by another unit's program is that unit's: cgroups tell, whoever started it. */
function unitsFunction(changed: readonly string[] | undefined): string {
  const files = changed === undefined ? "$changed" : changed.map(quoted).join(" ");
  return `units() {
  for process in /proc/[0-9]*; do
    line=$(tr '\\0' ' ' <"$process/cmdline" 2>/dev/null) || continue
    for file in ${files}; do
      case " $line" in *" $file "*) sed -n 's,^0::.*/\\([^/]*\\.service\\).*,\\1,p' "$process/cgroup" 2>/dev/null || true ;; esac
    done
  done | sort -u
}`;
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
