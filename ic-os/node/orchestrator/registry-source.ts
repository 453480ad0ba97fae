import fs from "node:fs/promises";
import { httpGet } from "./http-get.ts";

const maxBytes = 1024 * 1024;

/** The text of a registry: a file, or an http(s) URL. Undefined when a file is not there. */
export async function readSource(source: string, timeoutMilliseconds = 5000): Promise<string | undefined> {
  if (source.startsWith("/")) return readFile(source);
  return (await httpGet(source, { bytes: maxBytes, milliseconds: timeoutMilliseconds })).toString("utf8");
}

async function readFile(file: string): Promise<string | undefined> {
  try {
    const { size } = await fs.stat(file);
    if (size > maxBytes) throw new Error(`${file}: expected at most ${maxBytes} bytes, got ${size}`);
    return await fs.readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
