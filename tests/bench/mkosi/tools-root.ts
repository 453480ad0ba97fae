import fs from "node:fs";
import path from "node:path";
import { unpackTools, type Unpackers } from "../../rootfs-honesty/mmdebstrap/tools-root.ts";

/** Folders of the sandbox that folders of this machine are mounted on. */
export const MOUNT_POINTS = { mirror: "/mirror", project: "/project", work: "/work" } as const;

/** Unpacks mkosi and all that it runs into `root`, unless the same packages are there already. */
export async function makeToolsRoot(root: string, packages: readonly string[], unpackers: Unpackers): Promise<void> {
  const stamp = `${root}.packages`;
  const wanted = packages.map((file) => path.basename(file)).join("\n");
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, "utf8") === wanted) return;
  fs.rmSync(stamp, { force: true });
  fs.rmSync(root, { recursive: true, force: true });
  await unpackTools(root, packages, unpackers);
  for (const folder of Object.values(MOUNT_POINTS)) fs.mkdirSync(path.join(root, folder), { recursive: true });
  fs.writeFileSync(stamp, wanted);
}
