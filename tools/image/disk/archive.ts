import { knownPieces, type Frames } from "../archive/frames.ts";
import { tarArchive } from "../archive/members.ts";
import { compressTo, DEFAULT_LEVEL } from "../archive/zstd.ts";
import { diskPieces, type DiskPlan } from "./plan.ts";

/** Writes a disk as a compressed tar whose only member is the sparse disk.img: what `disk_archive` makes, and a farm takes. */
export async function writeDiskArchive(plan: DiskPlan, target: string, level = DEFAULT_LEVEL, reuse: readonly Frames[] = []): Promise<void> {
  const disk = { name: "disk.img", bytes: plan.table.diskBytes, pieces: diskPieces(plan, knownPieces(reuse, level)) };
  await compressTo(target, tarArchive([disk]), level);
}
