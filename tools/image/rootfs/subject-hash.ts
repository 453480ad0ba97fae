import { createHash } from "node:crypto";

/** String types that OpenSSL makes canonical (ASN1_MASK_CANON in x_name.c): UTF8, Printable, T61, IA5, Visible, Universal, BMP. */
const stringTags = new Map<number, (bytes: Buffer) => string>([
  [0x0c, (bytes) => bytes.toString("utf8")],
  [0x13, (bytes) => bytes.toString("latin1")],
  [0x14, (bytes) => bytes.toString("latin1")],
  [0x16, (bytes) => bytes.toString("latin1")],
  [0x1a, (bytes) => bytes.toString("latin1")],
  [0x1c, (bytes) => String.fromCodePoint(...Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readUInt32BE(index * 4)))],
  [0x1e, (bytes) => String.fromCharCode(...Array.from({ length: bytes.length / 2 }, (_, index) => bytes.readUInt16BE(index * 2)))],
]);

const UTF8_STRING = 0x0c;
const EXPLICIT_VERSION = 0xa0;

/** Hash of a certificate's subject as `openssl x509 -hash` prints it (X509_NAME_hash): the name under which OpenSSL looks for a CA in a folder. */
export function subjectHash(pem: string): string {
  const base64 = /-----BEGIN CERTIFICATE-----([^-]+)-----END/.exec(pem)?.[1];
  if (base64 === undefined) throw new Error("not a certificate: no PEM block");
  const certificate = elements(Buffer.from(base64, "base64"))[0]!;
  const fields = elements(elements(certificate.value)[0]!.value);
  // Before the subject: version (optional), serial, signature, issuer, validity.
  const subject = fields[fields[0]!.tag === EXPLICIT_VERSION ? 5 : 4]!;
  const canonical = Buffer.concat(
    elements(subject.value).map((set) => der(set.tag, Buffer.concat(elements(set.value).map(canonicalAttribute)))),
  );
  return createHash("sha1").update(canonical).digest().readUInt32LE(0).toString(16).padStart(8, "0");
}

/** An attribute whose text is in UTF-8, in lower case (ASCII only), trimmed, with single spaces. */
function canonicalAttribute(attribute: Element): Buffer {
  const [type, value] = elements(attribute.value);
  const text = stringTags.get(value!.tag)?.(value!.value);
  if (text === undefined) return der(attribute.tag, attribute.value);
  const canonical = text
    .trim()
    .replaceAll(/\s+/g, " ")
    .replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
  return der(attribute.tag, Buffer.concat([der(type!.tag, type!.value), der(UTF8_STRING, Buffer.from(canonical))]));
}

interface Element {
  tag: number;
  value: Buffer;
}

/** Elements of DER-encoded data (X.690): tag, length, value. */
function elements(data: Buffer): Element[] {
  const found: Element[] = [];
  for (let at = 0; at < data.length;) {
    const tag = data[at]!;
    let length = data[at + 1]!;
    at += 2;
    if (length >= 0x80) {
      const size = length - 0x80;
      length = data.readUIntBE(at, size);
      at += size;
    }
    found.push({ tag, value: data.subarray(at, at + length) });
    at += length;
  }
  return found;
}

function der(tag: number, value: Buffer): Buffer {
  if (value.length < 0x80) return Buffer.concat([Buffer.from([tag, value.length]), value]);
  const size = Math.ceil(value.length.toString(16).length / 2);
  const header = Buffer.alloc(2 + size);
  header.writeUInt8(tag, 0);
  header.writeUInt8(0x80 + size, 1);
  header.writeUIntBE(value.length, 2, size);
  return Buffer.concat([header, value]);
}
