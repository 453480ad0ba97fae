import { execa } from "execa";
import { pasteable } from "../../lib/pasteable.ts";
import { Failure } from "../../lib/failure.ts";
import { checkedSignatureLine, type PublicKey } from "./signature.ts";

/**
 * Has another program sign: it gets the manifest on its standard input and prints the Ed25519 signature, 64 bytes raw or base64. So a key may
 * stay in a vault or a hardware module. The answer is checked against the public key.
 */
export async function signExternally(program: string, manifest: Buffer, publicKey: PublicKey): Promise<string> {
  const result = await execa(program, [], { input: manifest, encoding: "buffer", reject: false });
  if (result.failed) {
    throw new Failure(`the signer failed (${result.exitCode === undefined ? result.shortMessage : `exit ${result.exitCode}`}): ${pasteable(program, [])}\n${Buffer.from(result.stderr).toString()}`);
  }
  const answer = Buffer.from(result.stdout);
  return checkedSignatureLine(manifest, publicKey, answer.length === 64 ? answer : Buffer.from(answer.toString("latin1").trim(), "base64"));
}
