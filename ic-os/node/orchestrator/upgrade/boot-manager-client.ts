import fs from "node:fs";
import net from "node:net";
import readline from "node:readline";
import { pipeline } from "node:stream/promises";
import * as z from "zod";
import { Failure } from "../../../../tools/lib/failure.ts";
import type { BootManager, BootStatus, UpgradeVerdict } from "./boot-manager.ts";

/** Where the guest's boot manager listens: ic-boot-manager.socket. */
export const bootManagerSocket = "/run/ic-node/boot-manager.sock";

/** Where guestos-health leaves how the last upgrade ended. */
export const verdictFile = "/run/guestos-health/verdict.json";

// Lines of a failure that end up in its message.
const keptLines = 8;

const slot = z.object({ state: z.string(), version: z.string().nullable() });
const statusShape = z.object({
  current: z.enum(["A", "B"]),
  target: z.enum(["A", "B"]),
  state: z.enum(["install", "stable", "first_boot", "failsafe_check"]),
  slots: z.object({ A: slot, B: slot }),
});
const verdictShape = z.object({ version: z.string(), outcome: z.enum(["confirmed", "rolled_back"]), reason: z.string().nullable().default(null) });

/**
 * The boot manager of the guest, reached over a socket of which systemd runs boot-manager-request.sh as root. A request is one line, then what it
 * reads; the answer is lines, and last "exit CODE".
 */
export function bootManagerClient(socket: string, verdict: string): BootManager {
  return {
    async status(): Promise<BootStatus> {
      const status = statusShape.parse(JSON.parse((await request(socket, "status")).join("\n")));
      const other = status.slots[status.target];
      return { current: status.current, bootCycle: status.state, installed: other.state === "installed" ? other.version : null };
    },
    async install(image, { allowDowngrade, line, signal }) {
      await request(socket, allowDowngrade ? "install --allow-downgrade" : "install", { body: image, line, signal });
    },
    async commit() {
      await request(socket, "commit");
    },
    async verdict(): Promise<UpgradeVerdict | null> {
      try {
        return verdictShape.parse(JSON.parse(fs.readFileSync(verdict, "utf8")));
      } catch {
        return null;
      }
    },
  };
}

/** Sends a request and gives the lines of its answer; a Failure with the last of them when it did not succeed. */
async function request(socket: string, line: string, options: { body?: string; line?: (text: string) => void; signal?: AbortSignal } = {}): Promise<string[]> {
  const connection = net.connect({ path: socket, allowHalfOpen: true });
  const { body, signal } = options;
  let broken: Error | undefined;
  const stop = (): void => {
    broken ??= new Error("no longer wanted");
    connection.destroy();
  };
  signal?.addEventListener("abort", stop);
  // The answer says more than the broken pipe of a request that was refused half way.
  connection.on("error", (error) => (broken ??= error));
  connection.write(`${line}\n`);
  const sent = body === undefined ? connection.end() : pipeline(fs.createReadStream(body, { highWaterMark: 1 << 20 }), connection).catch((error: Error) => (broken ??= error));
  const lines: string[] = [];
  let exit: number | undefined;
  try {
    const answer = readline.createInterface({ input: connection });
    // A connection that breaks has no end that the lines could end with.
    connection.on("close", () => answer.close());
    for await (const text of answer) {
      const code = /^exit (\d+)$/.exec(text)?.[1];
      if (code !== undefined) exit = Number(code);
      else {
        lines.push(text);
        options.line?.(text);
      }
    }
  } catch (error) {
    broken ??= error as Error;
  } finally {
    signal?.removeEventListener("abort", stop);
    connection.destroy();
    await sent;
  }
  if (exit === 0) return lines;
  const verb = line.split(" ")[0] ?? "";
  if (exit === undefined) throw new Failure(`${verb}: the boot manager gave no answer${broken === undefined ? "" : `: ${broken.message}`}`, { hint: "systemctl status ic-boot-manager.socket" });
  throw new Failure(lines.slice(-keptLines).join("\n") || `${verb}: exit ${exit}`);
}
