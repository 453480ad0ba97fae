import fs from "node:fs";
import path from "node:path";
import { Failure } from "../../tools/lib/failure.ts";
import { readPublicKeys, type PublicKey } from "../../tools/image/update/signature.ts";
import type { System } from "./system.ts";

/** The keys that this system accepts updates from: they lie in the verified root, so nobody on the node adds one. */
export function trustedKeys(system: System): PublicKey[] {
  const files = fs.existsSync(system.keys) ? fs.readdirSync(system.keys).filter((name) => name.endsWith(".pem")).sort() : [];
  const keys = files.flatMap((name) => readPublicKeys(fs.readFileSync(path.join(system.keys, name), "utf8"), path.join(system.keys, name)));
  if (keys.length === 0) throw new Failure(`this system trusts no key (${system.keys}), so it installs no update image: its build was given none`, { hint: "see /usr/share/doc/guestos/Upgrades.adoc; build with --//ic-os:update_trusted_keys=//your:keys.pem" });
  return keys;
}
