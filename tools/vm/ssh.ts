import net from "node:net";

/** Where the ports of a guest on this machine are. */
const loopback = "127.0.0.1";

/** Who logs in where. */
export interface SshTarget {
  /** Name or address; 127.0.0.1 without it. */
  host?: string;
  port: number;
  user: string;
  /** File of the private key; without it, what the user's own agent and files offer. */
  key?: string;
  /** Socket of a connection that several commands share. */
  controlPath?: string;
}

/**
 * Options of ssh and scp for a guest. The host key is not checked: each guest makes its own at its first start, and most are behind a port of this machine.
 */
export function sshOptions(target: SshTarget): string[] {
  const options = ["UserKnownHostsFile=/dev/null", "StrictHostKeyChecking=no", "LogLevel=ERROR"];
  if (target.controlPath !== undefined) {
    options.push(`ControlPath=${target.controlPath}`, "ControlMaster=auto", "ControlPersist=yes");
    // A guest that restarts says no good-bye, and QEMU keeps its connections open: ask, and give up after half a minute.
    options.push("ServerAliveInterval=10", "ServerAliveCountMax=3");
  }
  const key = target.key === undefined ? [] : ["-i", target.key, "-o", "IdentitiesOnly=yes"];
  // -F: the user's own configuration may have rules for other machines of the same name.
  return ["-F", "/dev/null", ...options.flatMap((option) => ["-o", option]), ...key];
}

/** Arguments of ssh up to and including the destination; a command may follow. */
export function sshArgs(target: SshTarget): string[] {
  return ["-p", String(target.port), ...sshOptions(target), `${target.user}@${target.host ?? loopback}`];
}

/** The first line that a port says, undefined when it says nothing or `signal` gives it up. QEMU accepts a forwarded connection before the guest does, so that alone proves nothing. */
export function readBanner(port: number, timeoutMs: number, signal?: AbortSignal, host = loopback): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = net.connect(port, host);
    const end = (banner?: string): void => {
      socket.destroy();
      resolve(banner);
    };
    socket.setTimeout(timeoutMs, () => end());
    signal?.addEventListener("abort", () => end(), { once: true });
    socket.once("data", (data) => end(data.toString("latin1").split("\r\n")[0]));
    socket.once("error", () => end());
    socket.once("close", () => end());
  });
}
