import fs from "node:fs";
import { waitFor } from "./wait-for.ts";

/** What the guest wrote on its serial console: a file that QEMU appends to. */
export class ConsoleLog {
  readonly file: string;
  /** Where the current start of the guest begins. */
  #from = 0;

  constructor(file: string) {
    this.file = file;
  }

  /** Forgets what is there: the next reads and waits see only what comes from now on. */
  startHere(): void {
    this.#from = fs.existsSync(this.file) ? fs.statSync(this.file).size : 0;
  }

  /** Everything since the start, as plain text: without the terminal's colours and cursor movements. */
  text(): string {
    if (!fs.existsSync(this.file)) return "";
    return plainText(fs.readFileSync(this.file).subarray(this.#from).toString("utf8"));
  }

  /** The last lines that hold any text. */
  lastLines(count = 3): string[] {
    return this.text()
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "")
      .slice(-count);
  }

  /** Waits until the text since the start matches; `ends` may give a reason why that can no longer happen. */
  async waitFor(pattern: RegExp, seconds: number, ends: () => void = () => undefined): Promise<RegExpMatchArray> {
    const look = (): RegExpMatchArray | undefined => {
      const found = this.text().match(pattern);
      if (found === null) ends();
      return found ?? undefined;
    };
    return waitFor(`console shows ${String(pattern)}`, look, { seconds, everyMs: 100, lastSeen: () => this.describe() });
  }

  /** The last lines, for a message. */
  describe(): string {
    const lines = this.lastLines();
    return lines.length === 0 ? "the console is empty" : `last console lines: ${lines.map((line) => JSON.stringify(line)).join(" ")}`;
  }
}

/** Text without ANSI control sequences (ECMA-48) and carriage returns. */
export function plainText(text: string): string {
  return text
    .replace(/\u001b\[[0-?]*[ -/]*[@-~]/g, "")
    .replace(/\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/g, "")
    .replace(/\u001b[@-Z\\-_=>78c]/g, "")
    .replaceAll("\r", "");
}
