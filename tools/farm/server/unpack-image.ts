import { spawn, type ChildProcess } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { freeBytes } from "./disk-space.ts";
import { Refused } from "./refused.ts";
import type { FarmTools } from "./options.ts";

/** Name of the disk inside an archive. */
const MEMBER = "disk.img";

/** Unpacks `disk.img` of an archive (tar; plain, gzip or zstd) as a sparse file into the empty `folder` and gives its path. */
export async function unpackImage(archive: string, folder: string, tools: Pick<FarmTools, "tar" | "zstd">, limits: { maxBytes: number; reservedBytes: number }): Promise<string> {
  const tar = spawn(tools.tar, ["-x", "-f", "-", "-C", folder, "-S", "--no-same-owner", "--no-same-permissions", "--no-anchored", MEMBER], { stdio: ["pipe", "ignore", "pipe"] });
  // zstd passes over symbolic links, and a runfile is one.
  const unzstd = magic(archive) === "zstd" ? spawn(tools.zstd, ["-d", "-c", "--long=31", fs.realpathSync(archive)], { stdio: ["ignore", "pipe", "pipe"] }) : undefined;
  const target = path.join(folder, MEMBER);
  let refused: Refused | undefined;
  const watch = setInterval(() => {
    refused ??= excess(target, folder, limits);
    if (refused !== undefined) for (const child of [tar, unzstd]) child?.kill("SIGKILL");
  }, 200);
  try {
    const said = [messages(tar), ...(unzstd === undefined ? [] : [messages(unzstd)])];
    const input = unzstd?.stdout ?? fs.createReadStream(archive);
    const fed = pipeline(magic(archive) === "gzip" ? [input, createGunzip(), tar.stdin] : [input, tar.stdin]).then(
      () => "",
      (error: Error) => error.message,
    );
    const [pipe, ...ends] = await Promise.all([fed, ...said]);
    refused ??= excess(target, folder, limits);
    if (refused !== undefined) throw refused;
    const failed = ends.filter((end) => end.code !== 0);
    // tar stops reading at the end of the archive, so a broken pipe alone is no failure.
    if (failed.length > 0) throw new Error([...failed.map((end) => end.text), pipe].filter((text) => text !== "").join("; "));
    if (!fs.lstatSync(target, { throwIfNoEntry: false })?.isFile()) throw new Error(`${MEMBER} is not a file`);
  } catch (error) {
    if (error instanceof Refused) throw error;
    const why = (error as Error).message.trim();
    // The text of a full disk leads to another answer, see refused.ts.
    if (/No space left/.test(why)) throw new Error(why, { cause: error });
    throw new Refused(422, `the image is no archive (tar; plain, gzip or zstd) with a file ${MEMBER} at its top: ${why}`, { cause: error });
  } finally {
    clearInterval(watch);
  }
  return target;
}

function magic(file: string): "zstd" | "gzip" | "tar" {
  const head = Buffer.alloc(4);
  const fd = fs.openSync(file, "r");
  fs.readSync(fd, head, 0, 4, 0);
  fs.closeSync(fd);
  // RFC 8878 and RFC 1952.
  if (head.readUInt32LE() === 0xfd2fb528) return "zstd";
  return head.readUInt16BE() === 0x1f8b ? "gzip" : "tar";
}

/** Why to stop: a small archive can hold a disk of any size. */
function excess(target: string, folder: string, { maxBytes, reservedBytes }: { maxBytes: number; reservedBytes: number }): Refused | undefined {
  const size = fs.lstatSync(target, { throwIfNoEntry: false })?.size ?? 0;
  if (size > maxBytes) return new Refused(413, `the disk in the archive has ${size} bytes, this farm takes at most ${maxBytes}`);
  if (freeBytes(folder) >= reservedBytes) return undefined;
  return new Refused(507, "the farm's disk is full: the image could not be unpacked", { hint: "delete groups that are no longer used, or ask the farm's operator for space" });
}

/** How a program ended and the beginning of what it said. */
function messages(child: ChildProcess): Promise<{ code: number | null; text: string }> {
  let text = "";
  child.stderr?.on("data", (data: Buffer) => (text += text.length < 2000 ? data.toString() : ""));
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ code: null, text: error.message }));
    child.once("close", (code) => resolve({ code, text: text.trim() }));
  });
}
