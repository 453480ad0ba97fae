import { Failure } from "../../lib/failure.ts";

/** Size of an environment block. GRUB writes it in place, into blocks it has looked up, so that it can neither grow nor shrink. */
export const GRUBENV_BYTES = 1024;

/** First line of an environment block (GRUB, include/grub/lib/envblk.h: GRUB_ENVBLK_SIGNATURE). */
export const GRUBENV_SIGNATURE = "# GRUB Environment Block\n";

/**
 * Reads an environment block. Tolerant, as other programs write it too: spaces around names, empty lines, comments; of a name
 * that stands twice the last value counts.
 */
export function parseGrubenv(block: Buffer | string): Map<string, string> {
  // The padding is none of the last line's, when that one lacks its end.
  const text = block.toString().replace(/#+$/, "");
  if (!text.startsWith(GRUBENV_SIGNATURE)) {
    throw new Failure(`grubenv: expected \`${GRUBENV_SIGNATURE.trim()}\` at its start, got \`${text.slice(0, 30).replaceAll("\n", "\\n")}\``);
  }
  const variables = new Map<string, string>();
  // A backslash takes the meaning from the character after it: a value may hold a newline.
  for (const line of text.match(/(?:\\[^]|[^\\\n])+/g) ?? []) {
    const [, name, value] = /^\s*([^#=\s][^=]*?)\s*=([^]*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) variables.set(name, value.replace(/\\([^])/g, "$1").trim());
  }
  return variables;
}

/** An environment block of exactly 1024 bytes, padded with `#`. */
export function formatGrubenv(variables: ReadonlyMap<string, string>): Buffer {
  const lines = [...variables].map(([name, value]) => {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new Failure(`grubenv: expected a variable name, got \`${name}\``);
    return `${name}=${value.replace(/[\\\n]/g, "\\$&")}\n`;
  });
  const content = Buffer.from(GRUBENV_SIGNATURE + lines.join(""));
  if (content.length > GRUBENV_BYTES) {
    throw new Failure(`grubenv: the variables are ${content.length - GRUBENV_BYTES} bytes too long: ${content.length} of at most ${GRUBENV_BYTES} (${[...variables.keys()].join(", ")})`);
  }
  return Buffer.concat([content, Buffer.alloc(GRUBENV_BYTES - content.length, "#")]);
}
