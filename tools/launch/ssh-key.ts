import fs from "node:fs";
import path from "node:path";
import { publicKeys } from "../config/authorized-keys.ts";
import { exec } from "../lib/exec.ts";
import { ExitCode, Failure } from "../lib/failure.ts";

/** Names that ssh tries by itself, see -i in ssh(1). */
const usualNames = ["id_ed25519", "id_ecdsa", "id_rsa"];

/** Keys that open a guest. */
export interface LaunchKeys {
  /** Every public key that is let in. */
  authorized: readonly string[];
  /** Private key without a passphrase, made for this guest: the launcher, `:ssh` and `:stop` use it. */
  ownKey: string;
  /** `-i` of the printed SSH line; undefined when ssh finds the user's key by itself. */
  identity: string | undefined;
  /** Where the user's key came from, for the log. */
  origin: string;
}

/** The user's public key file: the one asked for, else the first usual one there is. */
export function findUserKey(asked: string | undefined, home = process.env["HOME"]): string | undefined {
  if (asked !== undefined) {
    const file = asked.endsWith(".pub") || !fs.existsSync(`${asked}.pub`) ? asked : `${asked}.pub`;
    if (fs.existsSync(file)) return file;
    throw new Failure(`--ssh-key: ${file} does not exist`, { exitCode: ExitCode.usage, hint: `ssh-keygen -t ed25519 -f ${file.replace(/\.pub$/, "")}` });
  }
  const usual = usualNames.map((name) => path.join(home ?? "/nonexistent", ".ssh", `${name}.pub`));
  return usual.find((file) => fs.existsSync(file));
}

/** The keys of a guest. The throw-away key is made in the state folder unless it is there already. */
export async function launchKeys(userKey: string | undefined, stateDir: string, sshKeygen: string): Promise<LaunchKeys> {
  const ownKey = path.join(stateDir, "ssh_key");
  if (!fs.existsSync(`${ownKey}.pub`)) {
    fs.rmSync(ownKey, { force: true });
    await exec(sshKeygen, ["-q", "-t", "ed25519", "-N", "", "-C", "throw-away", "-f", ownKey]);
  }
  const own = publicKeys(fs.readFileSync(`${ownKey}.pub`, "utf8"), `${ownKey}.pub`);
  if (userKey === undefined) return { authorized: own, ownKey, identity: ownKey, origin: `throw-away key ${ownKey}` };
  const users = publicKeys(fs.readFileSync(userKey, "utf8"), userKey);
  return { authorized: [...users, ...own], ownKey, identity: identityOf(userKey), origin: userKey };
}

function identityOf(userKey: string): string | undefined {
  const privateKey = userKey.replace(/\.pub$/, "");
  const usual = usualNames.includes(path.basename(privateKey)) && path.dirname(privateKey) === path.join(process.env["HOME"] ?? "", ".ssh");
  // Without the private part beside it, the key is the agent's business.
  return usual || privateKey === userKey || !fs.existsSync(privateKey) ? undefined : privateKey;
}
