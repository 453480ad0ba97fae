import type { CommandResult } from "./guest-shell.ts";

/** State of a systemd unit: "active (running)", "failed (failed), result exit-code", "inactive (dead)" ... */
export async function unitState(guest: { exec(command: string): Promise<CommandResult> }, unit: string): Promise<string> {
  const { stdout } = await guest.exec(`systemctl show -p ActiveState,SubState,Result,LoadState '${unit}'`);
  const value = (name: string): string => stdout.match(new RegExp(`^${name}=(.*)$`, "m"))?.[1] ?? "unknown";
  if (value("LoadState") === "not-found") return "failed (no such unit)";
  const result = value("Result");
  return `${value("ActiveState")} (${value("SubState")})${result === "success" ? "" : `, result ${result}`}`;
}
