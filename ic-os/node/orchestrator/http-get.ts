import http from "node:http";
import https from "node:https";

/** Body of an answer with status 200. Node's `fetch` would cost 20 MB of memory and, on an emulated guest, a second for its first use. */
export function httpGet(url: string, limits: { bytes: number; milliseconds: number }): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const { get } = url.startsWith("https:") ? https : http;
    const request = get(url, { signal: AbortSignal.timeout(limits.milliseconds), agent: false }, (answer) => {
      if (answer.statusCode !== 200) {
        answer.destroy();
        reject(new Error(`${url}: HTTP status ${answer.statusCode}`));
        return;
      }
      const chunks: Buffer[] = [];
      let bytes = 0;
      answer.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > limits.bytes) answer.destroy(new Error(`expected at most ${limits.bytes} bytes`));
        else chunks.push(chunk);
      });
      answer.on("end", () => resolve(Buffer.concat(chunks)));
      answer.on("error", fail);
    });
    request.on("error", fail);

    function fail(error: Error): void {
      const reason = error.name === "AbortError" ? `no answer within ${limits.milliseconds / 1000} s` : error.message;
      reject(new Error(`${url}: ${reason}`, { cause: error }));
    }
  });
}
