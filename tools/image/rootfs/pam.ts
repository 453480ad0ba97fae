import path from "node:path/posix";
import { byteOrder } from "../tar/byte-order.ts";
import type { Tree } from "./tree.ts";

/** A file of /usr/share/pam-configs: its name and its fields, of which those with module lines hold several lines. */
export interface PamProfile {
  name: string;
  fields: Map<string, string>;
}

/** Stacks that pam-auth-update(8) writes. */
const stacks = ["auth", "account", "password", "session", "session-noninteractive"] as const;

/** Writes /etc/pam.d/common-* from the profiles of the packages, those with "Default: yes", as pam-auth-update(8) does on a new system. */
export function addPamStacks(tree: Tree): void {
  const profiles = tree
    .below("usr/share/pam-configs")
    .map((file) => parseProfile(path.basename(file), tree.text(file)!))
    .filter((profile) => profile.fields.get("Default") === "yes")
    .sort((a, b) => priority(b) - priority(a) || byteOrder(b.name, a.name));
  for (const stack of stacks) {
    const template = tree.text(`usr/share/pam/common-${stack}`);
    if (template !== undefined) tree.file(`etc/pam.d/common-${stack}`, renderStack(template, stack, profiles));
  }
}

/** Reads a profile ("Field: value", or "Field:" and indented lines). */
export function parseProfile(name: string, text: string): PamProfile {
  const fields = new Map<string, string>();
  let last = "";
  for (const line of text.split("\n")) {
    const field = /^(\S+):\s*(.*?)\s*$/.exec(line);
    if (field !== null) fields.set((last = field[1]!.replace(/-Final$/, "")), field[2]!);
    else if (line.trim() !== "")
      fields.set(last, [fields.get(last), line.trim()].filter((part) => part !== "" && part !== undefined).join("\n"));
  }
  // Without "Session-Interactive-Only", what holds for sessions holds for those without a user at the terminal too.
  if (fields.get("Session-Interactive-Only") !== "yes") {
    for (const kind of ["", "-Type", "-Initial"]) {
      const value = fields.get(`Session${kind}`);
      if (value !== undefined) fields.set(`Session-noninteractive${kind}`, value);
    }
  }
  return { name, fields };
}

/** Fills a template of /usr/share/pam: module lines of the "Primary" and of the "Additional" block. */
export function renderStack(template: string, stack: string, profiles: readonly PamProfile[]): string {
  const blocks = {
    primary: renderBlock(stack, "Primary", profiles),
    additional: renderBlock(stack, "Additional", profiles),
  };
  return template.replace(/^\$\w+_(primary|additional)\n/gm, (_, block: "primary" | "additional") => blocks[block]);
}

function renderBlock(stack: string, block: "Primary" | "Additional", profiles: readonly PamProfile[]): string {
  const field = stack[0]!.toUpperCase() + stack.slice(1);
  const kind = stack.replace("-noninteractive", "");
  const lines = profiles
    .filter(({ fields }) => fields.get(`${field}-Type`) === block)
    .flatMap(({ fields }, index) => ((index === 0 ? fields.get(`${field}-Initial`) : undefined) ?? fields.get(field) ?? "").split("\n"))
    .filter((line) => line !== "");
  // An empty primary block would fall through to the pam_deny line.
  if (lines.length === 0 && block === "Primary") return `${kind}\t[default=1]\t\t\tpam_permit.so\n`;
  // "end" jumps over the rest of the block and the deny line behind it; the additional block has no such line.
  const total = block === "Primary" ? lines.length : lines.length - 1;
  return lines.map((line, index) => `${kind}\t${normalized(line).replace(/=end\b/g, `=${total - index}`)}\n`).join("");
}

/** Control and module as written, one space, then the options: the form pam-auth-update gives, which it compares later with its own. */
function normalized(line: string): string {
  const [, module = line, options = ""] = /^((?:\[[^\]]+\]|\w+)\s+\S+)\s*(.*)$/.exec(line) ?? [];
  return `${module} ${options.split(/\s+/).join(" ")}`;
}

function priority(profile: PamProfile): number {
  return Number(profile.fields.get("Priority") ?? 0);
}
