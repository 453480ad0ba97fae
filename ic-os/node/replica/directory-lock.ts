import fs from "node:fs";
import net from "node:net";
import { ExitCode, Failure } from "../../../tools/lib/failure.ts";

/**
 * Keeps a second replica away from a state folder while this process lives. The lock is an abstract Unix socket (unix(7)) named after the folder's
 * inode: the kernel frees it when the process ends in whatever way, so there is no stale lock to clean up.
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  const { dev, ino } = fs.statSync(directory);
  const server = net.createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const held = error.code === "EADDRINUSE";
      reject(new Failure(`${directory}: ${held ? "another replica uses this state" : `cannot be locked: ${error.message}`}`, { exitCode: ExitCode.host }));
    });
    server.listen(`\0ic-replica-state-${dev}-${ino}`, resolve);
  });
  server.unref();
  return () => new Promise((resolve) => server.close(() => resolve()));
}
