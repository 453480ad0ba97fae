/** What an ext4 image is to be. */
export interface Ext4Options {
  /** Size of the file system in bytes: a multiple of 4096. */
  bytes: number;
  /** Volume label, at most 16 bytes; empty for none. */
  label: string;
  /** UUID of the file system; also seeds the hashes of its directories. */
  uuid: string;
  /** Number of inodes; one for each `BYTES_PER_INODE` when undefined. */
  inodes: number | undefined;
  /** For a file system the guest writes: a journal, and checksums on metadata. GRUB can write to neither. */
  journal: boolean;
}

/** Room for each inode unless a number of inodes is given. */
export const BYTES_PER_INODE = 8192;

/** Bytes that an inode takes. */
export const INODE_BYTES = 256;

// Named one by one: what mke2fs takes for granted changes from version to version.
const FEATURES = ["ext_attr", "dir_index", "filetype", "extent", "flex_bg", "sparse_super", "large_file", "huge_file", "dir_nlink", "extra_isize"];
const JOURNAL_FEATURES = ["has_journal", "metadata_csum"];

/** Arguments of mke2fs (e2fsprogs 1.47.1 or newer, for `-d TAR`). The contents come as a tar on stdin. */
export function mke2fsArguments(options: Ext4Options, image: string): string[] {
  return [
    // No -t: all it stands for is said here, so that a mke2fs.conf has nothing to decide.
    ...["-q", "-F", "-T", "default", "-b", "4096", "-I", String(INODE_BYTES), "-m", "0"],
    ...["-O", ["none", ...FEATURES, ...(options.journal ? JOURNAL_FEATURES : [])].join(",")],
    ...["-U", options.uuid],
    // mke2fs keeps only the last -E. lazy_itable_init: inode tables stay holes; nodiscard: the image is a plain file.
    ...["-E", `hash_seed=${options.uuid},root_owner=0:0,nodiscard,lazy_itable_init=1`],
    ...(options.label === "" ? [] : ["-L", options.label]),
    ...(options.inodes === undefined ? ["-i", String(BYTES_PER_INODE)] : ["-N", String(options.inodes)]),
    ...["-d", "-", image, `${options.bytes / 1024}k`],
  ];
}
