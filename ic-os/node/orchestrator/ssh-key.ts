import * as z from "zod";

// Key types of OpenSSH 10: "AUTHORIZED_KEYS FILE FORMAT" of sshd(8). Options before the type are refused: the registry gives logins, nothing else.
const keyLine = /^((?:sk-)?(?:ssh-(?:ed25519|rsa)|ecdsa-sha2-nistp(?:256|384|521))(?:@openssh\.com)?) ([A-Za-z0-9+/]+={0,2})(?: [\x20-\x7e]*)?$/;

/** One line of authorized_keys, without options. */
export const sshPublicKey = z.string().refine(isPublicKey, { error: (issue) => `expected "TYPE BASE64 [COMMENT]" of an SSH public key, got ${JSON.stringify(String(issue.input).slice(0, 60))}` });

function isPublicKey(line: string): boolean {
  const match = keyLine.exec(line);
  if (match === null) return false;
  // The key repeats its type: RFC 4253, section 6.6.
  const type = Buffer.from(match[1] ?? "");
  const key = Buffer.from(match[2] ?? "", "base64");
  return key.length > 4 + type.length && key.readUInt32BE(0) === type.length && key.subarray(4, 4 + type.length).equals(type);
}
