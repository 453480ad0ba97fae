import fs from "node:fs";
import path from "node:path";
import type { CommandModule } from "yargs";
import { writeFileAtomic } from "../../lib/atomic.ts";
import { ExitCode, Failure } from "../../lib/failure.ts";
import { signExternally } from "./external-signer.ts";
import { readPrivateKey, readPublicKeys, signManifest } from "./signature.ts";

interface Flags {
  manifest: string;
  key: string | undefined;
  signer: string | undefined;
  "public-key": string | undefined;
  out: string;
}

/** `update_image sign`: signs a manifest, by itself or through another program. */
export const signCommand: CommandModule<object, Flags> = {
  command: "sign",
  describe: "Writes manifest.json.sig",
  builder: {
    manifest: { type: "string", demandOption: true, describe: "what to sign" },
    key: { type: "string", describe: "private key: Ed25519, PEM" },
    signer: { type: "string", implies: "public-key", conflicts: "key", describe: "program that signs its standard input and prints the signature, 64 bytes or base64" },
    "public-key": { type: "string", describe: "public key of the signer, PEM" },
    out: { type: "string", demandOption: true, describe: "signature to write" },
  },
  handler: async (args) => {
    const manifest = fs.readFileSync(args.manifest);
    writeFileAtomic(args.out, await sign(manifest, args));
  },
};

async function sign(manifest: Buffer, args: Flags): Promise<string> {
  if (args.key !== undefined) return signManifest(manifest, readPrivateKey(fs.readFileSync(args.key, "utf8"), args.key));
  const publicKey = args["public-key"];
  if (args.signer === undefined || publicKey === undefined) throw new Failure("expected --key, or --signer and --public-key", { exitCode: ExitCode.usage, hint: "update_image sign --help" });
  const keys = readPublicKeys(fs.readFileSync(publicKey, "utf8"), publicKey);
  if (keys.length !== 1) throw new Failure(`${publicKey}: expected one public key, got ${keys.length}`);
  return signExternally(path.resolve(args.signer), manifest, keys[0]!);
}
