import fs from "node:fs";
import path from "node:path";
import { stateFolder } from "../launch/vm-registry.ts";
import { Failure } from "../lib/failure.ts";
import { ConsoleLog } from "../vm/console-log.ts";
import type { TestnetRecord } from "./record.ts";

/**
 * Keeps what the nodes wrote on their consoles, out of the folder that a failed `create` removes, and adds to the failure where it is and what came last:
 * nothing else says why a node did not come up.
 */
export function withConsoles(testnet: TestnetRecord, error: unknown): unknown {
  if (!(error instanceof Failure)) return error;
  const kept = path.join(stateFolder(), "failed", `testnet-${testnet.testnet}`);
  fs.rmSync(kept, { recursive: true, force: true });
  const lines = testnet.nodes.filter((node) => fs.existsSync(node.consoleLog)).map((node) => {
    fs.mkdirSync(kept, { recursive: true, mode: 0o700 });
    fs.copyFileSync(node.consoleLog, path.join(kept, `${node.name}.console.log`));
    return `  ${node.name}: ${new ConsoleLog(node.consoleLog).describe()}`;
  });
  if (lines.length === 0) return error;
  const message = [error.message, ...lines, `  consoles: ${kept}`].join("\n");
  return new Failure(message, { exitCode: error.exitCode, cause: error, ...(error.hint === undefined ? {} : { hint: error.hint }) });
}
