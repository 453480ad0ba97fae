import type { Bytes } from "../bytes.ts";
import type { Difference } from "../difference.ts";

/** Compares two contents of any format; formats call it for what they hold. */
export type Compare = (a: Bytes, b: Bytes) => Difference | undefined;

/** Programs that know more of a file system than its superblock. */
export interface Tools {
  /** debugfs of e2fsprogs. */
  debugfs: string;
  /** fsck.erofs of erofs-utils. */
  fsckErofs: string;
}
