import fs from "node:fs";
import path from "node:path";
import { hermeticEnvironment } from "../lib/epoch.ts";
import { exec } from "../lib/exec.ts";
import { Failure } from "../lib/failure.ts";
import { contentBytes, contentSize, type Content } from "../image/tar/content.ts";
import { readTarFile } from "../image/tar/read.ts";
import { bootstrapTar } from "./bootstrap-tar.ts";
import type { ConfigLayout } from "./config-volume.ts";
import { volumeLabel } from "./fat-image.ts";
import { readSmallFile } from "./read-config.ts";

/** What a guest would find in a volume. */
export interface ReadVolume {
  layout: ConfigLayout;
  /** Paths of all files; folders are left out. */
  files: string[];
  /** A file's bytes, at most `limit` and one more; undefined when there is no such file. */
  read(file: string, limit: number): Promise<Buffer | undefined>;
  /** What is wrong with the volume itself. */
  problems: string[];
}

/** Reads a CONFIG image with mtools; `scratch` is an empty folder. */
export async function readVolume(image: string, mtools: string, scratch: string): Promise<ReadVolume> {
  const problems = bootSectorProblems(image);
  const run = async (args: string[]): Promise<string> => (await exec(mtools, ["-c", ...args], { env: hermeticEnvironment, maxBuffer: 64 * 1024 * 1024 })).stdout;
  if (problems.length > 0) return { layout: "files", files: [], read: async () => undefined, problems };
  try {
    const label = (await run(["mlabel", "-s", "-i", image, "::"])).trim().replace(/^Volume (?:label is|has no label)\s*/, "");
    if (!label.startsWith(volumeLabel) || label.length > volumeLabel.length && label[volumeLabel.length] !== " ") problems.push(`label: expected ${volumeLabel}, got ${JSON.stringify(label)}`);
    const paths = (await run(["mdir", "-/", "-b", "-i", image, "::"])).split("\n").flatMap((row) => (row.startsWith("::/") ? [row.slice(3)] : []));
    const files = paths.filter((file) => file !== "" && !file.endsWith("/"));
    const copyOut = async (file: string): Promise<string> => {
      const copy = path.join(scratch, `copy-${files.indexOf(file)}`);
      if (!fs.existsSync(copy)) await run(["mcopy", "-Q", "-i", image, `::/${file}`, copy]);
      return copy;
    };
    if (files.includes(bootstrapTar)) return { layout: "tar", ...archive(await copyOut(bootstrapTar), problems) };
    return { layout: "files", files, problems, read: async (file, limit) => (files.includes(file) ? readSmallFile(await copyOut(file), limit + 1) : undefined) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { layout: "files", files: [], read: async () => undefined, problems: [...problems, `cannot be read: ${error.message}`] };
  }
}

function archive(file: string, problems: string[]): Pick<ReadVolume, "files" | "read" | "problems"> {
  const members = new Map<string, Content>();
  const { size } = fs.statSync(file);
  try {
    if (!endsAsArchive(file, size)) throw new Error("expected two blocks of zeros at its end, got others: the archive is cut off");
    for (const { path: name, type, content } of readTarFile(file)) {
      if (type !== "file" && type !== "directory") problems.push(`${bootstrapTar}: ${name}: expected a regular file or a folder, got a ${type}`);
      else if (name.split("/").includes("..")) problems.push(`${bootstrapTar}: ${name}: expected a path inside the volume`);
      else if (content !== undefined && !Buffer.isBuffer(content) && content.offset + content.size > size) throw new Error(`${name}: expected ${content.size} bytes, got the end of the archive`);
      else if (content !== undefined) members.set(name, content);
    }
  } catch (error) {
    problems.push(`${bootstrapTar}: ${(error as Error).message}`);
  }
  const head = (content: Content, limit: number): Buffer => contentBytes(Buffer.isBuffer(content) ? content : { ...content, size: Math.min(contentSize(content), limit) });
  return { files: [...members.keys()], problems, read: async (name, limit) => (members.has(name) ? head(members.get(name)!, limit + 1) : undefined) };
}

/** The reader takes the end of the file for the end of the archive. Format: POSIX.1-2017, pax, "ustar Interchange Format". */
function endsAsArchive(file: string, size: number): boolean {
  if (size < 1024 || size % 512 !== 0) return false;
  const [end, fd] = [Buffer.alloc(1024), fs.openSync(file, "r")];
  fs.readSync(fd, end, 0, 1024, size - 1024);
  fs.closeSync(fd);
  return end.every((byte) => byte === 0);
}

/** mtools would read past the end of a cut image without a word. Fields: Microsoft, "FAT: General Overview of On-Disk Format", 1.03, page 9 to 12. */
function bootSectorProblems(image: string): string[] {
  const boot = readSmallFile(image, 512);
  if (boot.length < 512 || boot.readUInt16BE(510) !== 0x55aa) return ["expected a config.json or a FAT image, got neither"];
  const bytes = boot.readUInt16LE(11) * (boot.readUInt16LE(19) || boot.readUInt32LE(32));
  const { size } = fs.statSync(image);
  return size < bytes ? [`expected ${bytes} bytes, as its boot sector says, got ${size}: the image is cut off`] : [];
}
