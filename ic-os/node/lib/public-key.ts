/** The DER in a PEM text of a public key (RFC 7468), or undefined. Not parsed further: OpenSSL does not know BLS12-381, which the root keys of the Internet Computer are of. */
export function publicKeyDer(pem: string): Uint8Array | undefined {
  const body = /^-----BEGIN PUBLIC KEY-----\s+([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----\s*$/.exec(pem)?.[1];
  return body === undefined ? undefined : new Uint8Array(Buffer.from(body, "base64"));
}
