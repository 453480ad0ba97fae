import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Log } from "./log.ts";

/** Tells whoever reads the journal how the node is: `healthy`, or something else. */
export type TellHealth = (health: string) => void;

/** Our name of journal entries about the node's health, as systemd has its own for units. notify-host.service passes them on to the host. */
const NODE_HEALTH = "2e964e79363fb86fcce95925f5670e02";

/**
 * Entries of the journal with the fields MESSAGE_ID and NODE_HEALTH, in the order of the calls. Does nothing outside of a unit.
 *
 * What a service prints cannot have fields, and Node has no datagram sockets of the Unix kind: logger(1) writes the entry.
 */
export function tellHealth(log: Log, program = "logger", environment = process.env): TellHealth {
  if (environment["JOURNAL_STREAM"] === undefined) return () => undefined;
  let last: Promise<void> = Promise.resolve();
  return (health) => {
    last = last.then(() => writeEntry(health, log, program));
  };
}

async function writeEntry(health: string, log: Log, program: string): Promise<void> {
  const child = spawn(program, ["--journald"], { stdio: ["pipe", "inherit", "inherit"] });
  try {
    child.stdin.on("error", () => undefined);
    child.stdin.end(`MESSAGE_ID=${NODE_HEALTH}\nNODE_HEALTH=${health}\nPRIORITY=6\nMESSAGE=the node is ${health === "healthy" ? "" : "not healthy: "}${health}\n`);
    const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
    if (code !== 0) log.warning("the journal was not told of the node's health", { program, code, signal });
  } catch (error) {
    log.warning("the journal was not told of the node's health", { program, reason: (error as Error).message });
  }
}
