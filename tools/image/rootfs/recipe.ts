import * as z from "zod";

/** What the `rootfs` rule asks for; see rules/image/private/rootfs.bzl for each field's documentation. */
export const RootfsRecipe = z.strictObject({
  /** Bazel label, for messages. */
  label: z.string(),
  /** Layers of packages. */
  layers: z.array(z.string()).min(1, "expected at least one layer"),
  /** Tar of the kernel's module index; empty for an image without kernel. */
  kernelModules: z.string(),
  /** Tables of what maintainer scripts do; later ones override earlier ones. */
  tables: z.array(z.string()).min(1, "expected at least one table"),
  files: z.array(z.strictObject({ label: z.string(), source: z.string(), spec: z.string() })),
  /** Absolute path of the link to its target. */
  symlinks: z.record(z.string(), z.string()),
  /** `/path:mode[:user:group]`. */
  directories: z.array(z.string()),
  enable: z.array(z.string()),
  disable: z.array(z.string()),
  mask: z.array(z.string()),
  /** What happens to units that are in none of the three lists. */
  unlistedUnits: z.enum(["disable", "preset"]),
  exclude: z.array(z.string()),
  /** crypt(5) hash; empty locks the password. */
  rootPasswordHash: z.string().regex(/^[^:\n]*$/, "expected a crypt(5) hash without colon or line break"),
  hostname: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "expected a host name: lower-case letters, digits and inner hyphens, at most 63"),
});

/** A checked recipe. */
export type Recipe = z.infer<typeof RootfsRecipe>;
