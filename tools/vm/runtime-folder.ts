import fs from "node:fs";
import path from "node:path";

/** The longest path of a UNIX socket: sun_path of unix(7) holds 108 bytes with the final zero. */
const longestSocketPath = 107;

/** A new private folder with a short path, for sockets. */
export function makeRuntimeFolder(): string {
  const runtime = process.env["XDG_RUNTIME_DIR"];
  const name = "icos-vm-XXXXXX";
  // OpenSSH adds 17 bytes of its own while it makes a control socket.
  const fits = (parent: string): boolean => Buffer.byteLength(path.join(parent, name, "control")) + 17 <= longestSocketPath;
  const parent = runtime !== undefined && runtime !== "" && fs.existsSync(runtime) && fits(runtime) ? runtime : "/tmp";
  return fs.mkdtempSync(path.join(parent, "icos-vm-"));
}
