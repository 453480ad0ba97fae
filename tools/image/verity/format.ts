import fs from "node:fs";
import { scratchFolder } from "../../lib/atomic.ts";
import { hermeticEnvironment } from "../../lib/epoch.ts";
import { runProgram } from "../../lib/run-program.ts";
import { saltOf, VERITY_BLOCK_BYTES, type VerityParams } from "./params.ts";

/** Appends superblock and hash tree to an image (an unfinished file; the caller names it). Data that ends within a block is padded. */
export async function appendVerityTree(veritysetup: string, image: string, uuid: string): Promise<VerityParams> {
  using scratch = scratchFolder("verity");
  const dataBlocks = Math.ceil(fs.statSync(image).size / VERITY_BLOCK_BYTES);
  fs.truncateSync(image, dataBlocks * VERITY_BLOCK_BYTES);
  const salt = saltOf(uuid);
  const rootHashFile = `${scratch.path}/root-hash`;
  await runProgram(veritysetup, [
    "format",
    "--hash=sha256",
    `--data-block-size=${VERITY_BLOCK_BYTES}`,
    `--hash-block-size=${VERITY_BLOCK_BYTES}`,
    `--data-blocks=${dataBlocks}`,
    `--hash-offset=${dataBlocks * VERITY_BLOCK_BYTES}`,
    `--salt=${salt}`,
    `--uuid=${uuid}`,
    `--root-hash-file=${rootHashFile}`,
    image,
    image,
  ], { env: hermeticEnvironment });
  const rootHash = fs.readFileSync(rootHashFile, "utf8").trim();
  return { dataBlocks, hashStartBlock: dataBlocks + 1, hashAlgorithm: "sha256", salt, uuid, rootHash };
}
