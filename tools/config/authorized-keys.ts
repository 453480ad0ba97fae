import { Failure } from "../lib/failure.ts";

/** Accounts whose logins a volume may open. */
export const accounts: readonly string[] = ["admin", "backup", "readonly", "root"];

/** Key types of OpenSSH 10, see "AUTHORIZED_KEYS FILE FORMAT" of sshd(8). */
const keyLine = /^(?:sk-)?(?:ssh-(?:ed25519|rsa)|ecdsa-sha2-nistp(?:256|384|521))(?:@openssh\.com)? [A-Za-z0-9+/]+={0,2}(?: .*)?$/;

/** The public keys in a text, one a line; comments and empty lines are left out. A private key, or anything else, is refused. */
export function publicKeys(text: string, source: string): string[] {
  const lines = text.split("\n").map((line) => line.trim());
  const keys = lines.filter((line) => line !== "" && !line.startsWith("#"));
  if (keys.some((line) => line.includes("PRIVATE KEY"))) {
    throw new Failure(`${source}: expected a public key, got a private key`, { hint: `name the .pub file beside it, or: ssh-keygen -y -f ${source}` });
  }
  const bad = keys.find((line) => !keyLine.test(line));
  if (bad !== undefined) throw new Failure(`${source}: expected a line "TYPE BASE64 [COMMENT]" of an SSH public key, got ${JSON.stringify(bad.slice(0, 60))}`);
  if (keys.length === 0) throw new Failure(`${source}: holds no public key`);
  return keys;
}
