import fs from "node:fs";

/** What tells this node from others: the machine id, which upgrades keep. Empty where there is none. */
export function nodeId(file = "/etc/machine-id"): string {
  try {
    return fs.readFileSync(file, "utf8").trim();
  } catch {
    return "";
  }
}
