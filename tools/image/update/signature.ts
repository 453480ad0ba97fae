import { createHash, createPrivateKey, createPublicKey, sign, verify, type KeyObject } from "node:crypto";
import { Failure } from "../../lib/failure.ts";

/**
 * A signature file: one line `KEYID SIGNATURE` a key, both as text. KEYID is the first 16 hexadecimal digits of the SHA-256 of the public key
 * (DER, SubjectPublicKeyInfo); SIGNATURE is Ed25519 (RFC 8032) over the manifest's bytes, base64. Several lines let keys be exchanged:
 * an image signed with the old and the new key is accepted by systems that know either.
 */
export const SIGNATURE_MAX_BYTES = 4096;

const SIGNATURE_BYTES = 64;

/** An Ed25519 public key and its name in signature files. */
export interface PublicKey {
  id: string;
  key: KeyObject;
}

/** All public keys of a PEM text (which may hold several, and comments between them). `where` is for messages. */
export function readPublicKeys(pem: string, where: string): PublicKey[] {
  return [...pem.matchAll(/-----BEGIN PUBLIC KEY-----[^-]*-----END PUBLIC KEY-----/g)].map(([block]) => {
    const key = readKey(block, where, createPublicKey);
    return { id: keyId(key), key };
  });
}

/** Reads an Ed25519 private key: PEM, PKCS #8, not encrypted (`openssl genpkey -algorithm ed25519`). */
export function readPrivateKey(pem: string, where: string): KeyObject {
  return readKey(pem, where, createPrivateKey);
}

/** Signs with a key that is at hand. */
export function signManifest(manifest: Buffer, privateKey: KeyObject): string {
  return signatureLine(createPublicKey(privateKey), sign(null, manifest, privateKey));
}

/** The line for a signature that somebody else made with the private half of `publicKey`. Fails when it does not fit. */
export function checkedSignatureLine(manifest: Buffer, publicKey: PublicKey, signature: Buffer): string {
  if (signature.length !== SIGNATURE_BYTES || !verify(null, manifest, publicKey.key, signature)) {
    throw new Failure(`the signer's answer (${signature.length} bytes) is no Ed25519 signature of the manifest by key ${publicKey.id}: expected 64 bytes, raw or base64, made with the private half of the public key given`);
  }
  return signatureLine(publicKey.key, signature);
}

/** The key, of those trusted, that signed the manifest. Fails with the reason when there is none. */
export function findSigner(manifest: Buffer, signatures: string, trusted: readonly PublicKey[]): PublicKey {
  const lines = signatures.split("\n").flatMap((line) => {
    const [id, text] = line.trim().split(/\s+/);
    return id === undefined || id === "" || text === undefined ? [] : [{ id, signature: Buffer.from(text, "base64") }];
  });
  const known = lines.flatMap(({ id, signature }) => trusted.filter((key) => key.id === id).map((key) => ({ key, signature })));
  const good = known.find(({ key, signature }) => verify(null, manifest, key.key, signature));
  if (good !== undefined) return good.key;
  const ids = (list: readonly { id: string }[]): string => list.map(({ id }) => id).join(", ") || "none";
  if (known.length > 0) throw new Failure(`the signature by key ${ids(known.map(({ key }) => key))} does not fit: the manifest was changed after it was signed`);
  throw new Failure(`the image is signed with a key that this system does not know: expected one of ${ids(trusted)}, got ${ids(lines)}`);
}

/** Name of a key in signature files and messages. */
function keyId(key: KeyObject): string {
  return createHash("sha256").update(key.export({ type: "spki", format: "der" })).digest("hex").slice(0, 16);
}

function signatureLine(publicKey: KeyObject, signature: Buffer): string {
  return `${keyId(publicKey)} ${signature.toString("base64")}\n`;
}

function readKey(pem: string, where: string, read: (pem: string) => KeyObject): KeyObject {
  let key: KeyObject;
  try {
    key = read(pem);
  } catch (error) {
    throw new Failure(`${where}: cannot be read as a PEM key: ${(error as Error).message}`, { hint: "openssl genpkey -algorithm ed25519 -out key.pem && openssl pkey -in key.pem -pubout -out key.pub.pem" });
  }
  if (key.asymmetricKeyType !== "ed25519") throw new Failure(`${where}: expected an Ed25519 key, got ${key.asymmetricKeyType ?? "another"}`, { hint: "openssl genpkey -algorithm ed25519 -out key.pem" });
  return key;
}
