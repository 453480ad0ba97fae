import * as z from "zod";
import { failOnProblems } from "../lib/failure.ts";

/** How a published file is packed: `gz` for gzip, empty for not at all. */
export const compressions = ["", "gz"] as const;

const entry = z.strictObject({
  /** Name of the program, and of its Bazel target. */
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "expected letters, digits, dots, hyphens and underscores"),
  /** Where the file lies below the base URL. */
  path: z.string().regex(/^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[\w.@+-]+(?:\/[\w.@+-]+)*$/, "expected a relative path without . and .."),
  size: z.int().min(1),
  /** Of the file as it is published. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/, "expected 64 hexadecimal digits"),
  compression: z.enum(compressions),
});

const pinFile = z
  .strictObject({
    version: z.literal(1),
    release: z.string().min(1),
    baseUrl: z.string().regex(/^https?:\/\/[^\s?#]+[^/\s?#]$/, "expected an http(s) URL without a slash at its end"),
    files: z.array(entry).min(1),
  })
  .refine(({ files }) => new Set(files.map((file) => file.name)).size === files.length, { path: ["files"], error: "a name stands twice" });

/** The programs of one release: where they are published, and what they must be. */
export type PinFile = z.infer<typeof pinFile>;

/** One program of a release. */
export type PinnedFile = z.infer<typeof entry>;

/** Reads a pin file. `name` stands in messages. */
export function parsePinFile(text: string, name: string): PinFile {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    failOnProblems(name, [`no JSON: ${(error as Error).message}`]);
  }
  const result = pinFile.safeParse(data);
  if (!result.success) failOnProblems(name, result.error.issues.map((issue) => `${issue.path.join(".") || "(the document)"}: ${issue.message}`));
  return pinFile.parse(data);
}

/** The text of a pin file: a line for each program, by name. */
export function formatPinFile(pins: PinFile): string {
  const files = pins.files.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map((file) => `    ${JSON.stringify(file)}`);
  return `{
  "version": 1,
  "release": ${JSON.stringify(pins.release)},
  "baseUrl": ${JSON.stringify(pins.baseUrl)},
  "files": [
${files.join(",\n")}
  ]
}
`;
}
