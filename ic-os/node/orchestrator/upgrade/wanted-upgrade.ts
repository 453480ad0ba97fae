import * as z from "zod";

/** What the registry says of the version that this node shall run. Names are upstream's where it has the field. */
export const wantedUpgrade = z.object({
  /** Version of the image; nothing is done while it is the one that runs. */
  version: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._+~-]{0,127}$/, "expected a version: 1 to 128 of A-Za-z0-9._+~-"),
  /** Where the update image is, as many places as there are; nodes begin with different ones. */
  release_package_urls: z.array(z.url({ protocol: /^https?$/, error: "expected an http(s) URL" })).min(1).max(50),
  /** SHA-256 of the update image, hexadecimal. */
  release_package_sha256_hex: z.string().regex(/^[0-9a-f]{64}$/, "expected 64 hexadecimal digits in lower case"),
  /** False: downloaded and installed beside the running system, but not started, so that the upgrade itself is quick. */
  execute: z.boolean().default(true),
  /** Whether a version that is older than the running one is meant. */
  allow_downgrade: z.boolean().default(false),
});

/** The version that a node shall run. */
export type WantedUpgrade = z.infer<typeof wantedUpgrade>;
