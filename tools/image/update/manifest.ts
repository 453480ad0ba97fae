import * as z from "zod/mini";
import { Failure } from "../../lib/failure.ts";

/** Version of the manifest's shape. A reader refuses another one: it cannot know what the fields of it mean. */
export const MANIFEST_FORMAT = 1;

/** Longest manifest that a reader takes: it is held in memory before its signature is known to be good. */
export const MANIFEST_MAX_BYTES = 64 * 1024;

/** Names of the members of an update image, in their order. What is needed to refuse an image comes before what is written. */
export const MEMBERS = { manifest: "manifest.json", signature: "manifest.json.sig", version: "VERSION.TXT", boot: "boot.img", root: "root.img" } as const;

const hex32 = z.string().check(z.regex(/^[0-9a-f]{64}$/, "expected 64 hexadecimal digits"));
const count = z.int().check(z.positive());

const image = {
  /** Size of the image, in bytes; holes count. */
  bytes: count,
  /** SHA-256 of all its bytes, hexadecimal. */
  sha256: hex32,
};

const manifestSchema = z.strictObject({
  format: z.literal(MANIFEST_FORMAT),
  /** One word; also in VERSION.TXT and in the root file system. */
  version: z.string().check(z.regex(/^\S{1,128}$/, "expected one word")),
  /** Raised by whoever publishes when nothing older may be installed any more, whatever its version is called. */
  generation: z.int().check(z.nonnegative()),
  /** Partitions that the disk must have, by number, name and GUID, and the least size of each in bytes. */
  layout: z.array(z.strictObject({ number: count, name: z.string(), guid: z.string(), bytes: count })),
  boot: z.strictObject(image),
  root: z.strictObject({
    ...image,
    /** How dm-verity opens the image: blocks of 4096 bytes, the tree follows the data. */
    verity: z.strictObject({ dataBlocks: count, hashStartBlock: count, hashAlgorithm: z.literal("sha256"), salt: hex32, rootHash: hex32 }),
  }),
});

/** What an update image says of itself: everything a system needs to accept or refuse it before the first write. */
export type UpdateManifest = z.infer<typeof manifestSchema>;

/** A partition that the disk must have. */
export type LayoutPartition = UpdateManifest["layout"][number];

/** The bytes that are signed. */
export function formatManifest(manifest: UpdateManifest): Buffer {
  return Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
}

/** Reads a manifest; its signature was checked before, so a wrong one is a mistake of the build. */
export function parseManifest(bytes: Buffer): UpdateManifest {
  let document: unknown;
  try {
    document = JSON.parse(bytes.toString("utf8"));
  } catch (error) {
    throw new Failure(`${MEMBERS.manifest}: ${(error as Error).message}`);
  }
  const format = (document as { format?: unknown } | null)?.format;
  if (format !== MANIFEST_FORMAT) throw new Failure(`${MEMBERS.manifest}: expected format ${MANIFEST_FORMAT}, got \`${String(format)}\`: this system is too old for the image, or too new`);
  const result = manifestSchema.safeParse(document);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `\n  - ${issue.path.join(".")}: ${issue.message}`);
  throw new Failure(`${MEMBERS.manifest} is not as expected:${problems.join("")}`);
}
