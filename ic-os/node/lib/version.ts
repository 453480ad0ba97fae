import fs from "node:fs";
import { Failure } from "../../../tools/lib/failure.ts";

/** Where an image keeps its version. */
export const versionFile = "/opt/ic/share/version.txt";

/** The one-line version of an image. */
export function readVersion(file: string): string {
  let text: string;
  try {
    text = fs.readFileSync(file, "utf8").trim();
  } catch (error) {
    throw new Failure(`${file}: the version cannot be read: ${(error as Error).message}`);
  }
  if (!/^\S{1,128}$/.test(text)) throw new Failure(`${file}: expected one word, got ${JSON.stringify(text)}`);
  return text;
}

/** Version of the service programs, where it is another than the image's: a push of programs into a running guest leaves this file. */
export const serviceVersionFile = "/opt/ic/share/replica_version.txt";

/** The version that the service programs report. */
export function serviceVersion(): string {
  return readVersion(fs.existsSync(serviceVersionFile) ? serviceVersionFile : versionFile);
}
