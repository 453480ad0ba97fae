import fs from "node:fs";
import path from "node:path";
import type { Machine } from "../machine.ts";

/** Folder that Bazel keeps after a test. */
function outputsFolder(): string | undefined {
  return process.env["TEST_UNDECLARED_OUTPUTS_DIR"];
}

/** Keeps what the guest wrote on its console. */
export function keepConsole(machine: Machine): void {
  const outputs = outputsFolder();
  if (outputs === undefined || !fs.existsSync(machine.console.file)) return;
  fs.copyFileSync(machine.console.file, path.join(outputs, `${machine.name}.console.log`));
}

/** Keeps what tells why a test failed: journal and screen of the guest, as far as it still gives them within so many seconds. */
export async function keepEvidence(machine: Machine, seconds = 30): Promise<void> {
  const outputs = outputsFolder();
  if (outputs === undefined) return;
  await machine.screenshot(path.join(outputs, `${machine.name}.png`)).catch(() => undefined);
  const journal = await machine.journal(seconds).catch((error: unknown) => `no journal: ${String(error)}\n`);
  fs.writeFileSync(path.join(outputs, `${machine.name}.journal.txt`), journal);
}
