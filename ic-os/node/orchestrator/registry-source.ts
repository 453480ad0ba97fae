import fs from "node:fs/promises";

const maxBytes = 1024 * 1024;

/** The text of a registry: a file, or an http(s) URL. Undefined when a file is not there. */
export async function readSource(source: string, timeoutMilliseconds = 5000): Promise<string | undefined> {
  return source.startsWith("/") ? readFile(source) : readUrl(source, timeoutMilliseconds);
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

async function readUrl(url: string, timeoutMilliseconds: number): Promise<string> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(timeoutMilliseconds), redirect: "error" });
  if (!answer.ok) throw new Error(`${url}: HTTP status ${answer.status}`);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new Error(`${url}: expected at most ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
