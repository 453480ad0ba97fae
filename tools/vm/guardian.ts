import { spawn } from "node:child_process";
import type { ProcessIdentity } from "./process-identity.ts";

/** Ends a guest and removes its folders when the process that owns them is gone, however it went: even kill -9. */
export interface Guardian {
  /** Paths to remove when we are gone. */
  remove(path: string): void;
  /** The process to end when we are gone. */
  guard(process: ProcessIdentity): void;
  /** Nothing is left to guard, or it shall outlive us. */
  release(): void;
  /** Does now what it would do when we are gone. */
  act(): void;
}

// A shell on a pipe: its end of file is the one sign that also comes when we are killed. `command -p` finds the standard tools without PATH.
const script = `
set -f
start_time() { read -r stat <"/proc/$1/stat" && set -- \${stat##*) } && echo "\${20}"; }
runs() { [ -n "$pid" ] && [ "$(start_time "$pid")" = "$started" ]; }
pid= started=
while read -r word rest; do
  case $word in
  guard) pid=\${rest% *} started=\${rest#* } ;;
  remove) set -- "$@" "$rest" ;;
  release) exit 0 ;;
  esac
done
if runs; then kill -TERM "$pid"; fi
for second in 1 2 3 4 5; do
  runs || break
  command -p sleep 1
done
if runs; then kill -KILL "$pid"; fi
for path do command -p rm -rf -- "$path"; done
`;

/** Starts a guardian. It lives in its own session, so a signal for our process group does not reach it. */
export function startGuardian(): Guardian {
  const shell = spawn("/bin/sh", ["-c", script, "vm-guardian"], { stdio: ["pipe", "ignore", "ignore"], detached: true, cwd: "/" });
  shell.unref();
  shell.stdin.on("error", () => undefined);
  // The pipe of a child keeps Node running unless told otherwise.
  (shell.stdin as unknown as { unref?: () => void }).unref?.();
  const say = (line: string): void => void shell.stdin.write(`${line}\n`);
  return {
    remove: (path) => say(`remove ${path}`),
    guard: ({ pid, startTime }) => say(`guard ${pid} ${startTime}`),
    release: () => {
      say("release");
      shell.stdin.end();
    },
    act: () => void shell.stdin.end(),
  };
}
