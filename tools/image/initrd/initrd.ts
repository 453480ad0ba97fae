import fs from "node:fs";
import zlib from "node:zlib";
import { failOnProblems } from "../../lib/failure.ts";
import { FileIndex } from "../layer/file-index.ts";
import { readLayers } from "../layer/read-layers.ts";
import { FileType, writeCpio, type CpioEntry } from "./cpio.ts";
import { collectModules, type WantedModules } from "./modules.ts";
import { collectPrograms } from "./programs.ts";

/** What an initrd is made of. */
export interface InitrdPlan {
  layers: readonly string[];
  /** Tar of the kernel's module index; undefined for an initrd without modules. */
  moduleIndex: string | undefined;
  modules: WantedModules;
  /** Path in packages to path in the initrd. */
  binaries: Readonly<Record<string, string>>;
  /** Script that becomes /init. */
  init: string;
  /** zstd level, 1 to 19: the kernel's decompressor has a window of 8 MiB, which level 19 just fits. */
  level: number;
  xz: string;
}

/** Folders that /init mounts on, and the console that the kernel opens for it. */
const skeleton: readonly CpioEntry[] = [
  ...["dev", "proc", "root", "run", "sys"].map((path) => ({ path, mode: FileType.directory | 0o755 })),
  { path: "dev/console", mode: FileType.character | 0o600, device: { major: 5, minor: 1 } },
];

/** Bytes of an initrd: a newc archive, compressed by zstd. All missing programs, libraries and modules are reported together. */
export async function buildInitrd(plan: InitrdPlan): Promise<Buffer> {
  const index = new FileIndex(readLayers(plan.layers));
  const problems: string[] = [];
  const programs = collectPrograms(index, plan.binaries, problems);
  const modules = plan.moduleIndex === undefined ? [] : await collectModules(index, plan.moduleIndex, plan.modules, plan.xz, problems);
  failOnProblems("initrd", problems);
  const init: CpioEntry = { path: "init", mode: FileType.regular | 0o755, data: fs.readFileSync(plan.init) };
  return compress(writeCpio([...skeleton, ...programs, ...modules, init]), plan.level);
}

function compress(archive: Buffer, level: number): Buffer {
  const { ZSTD_c_compressionLevel, ZSTD_c_checksumFlag } = zlib.constants;
  return zlib.zstdCompressSync(archive, {
    params: { [ZSTD_c_compressionLevel]: level, [ZSTD_c_checksumFlag]: 1 },
    pledgedSrcSize: archive.length,
  });
}
