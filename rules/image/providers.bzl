"""What image targets tell each other."""

PartitionTableInfo = provider(
    doc = "A checked partition table.",
    fields = {
        "table": "File: the table as JSON, read by the disk tools.",
    },
)

FilesystemImageInfo = provider(
    doc = "A file system in a file, to be put in a partition.",
    fields = {
        "filesystem": "string: `ext4`, `vfat` or `erofs`.",
        "image": "File: the image; with its dm-verity tree, where it has one.",
        "label": "string: volume label, or empty.",
        "uuid": "string: UUID of the file system; for vfat its volume serial number, 8 hexadecimal digits.",
    },
)

VerityInfo = provider(
    doc = "A file system image followed by its dm-verity hash tree.",
    fields = {
        "image": "File: data, then superblock, then tree.",
        "params": "File: JSON with dataBlocks, hashStartBlock (in blocks of 4096 bytes), hashAlgorithm, salt, uuid, rootHash.",
        "root_hash": "File: the root hash, hexadecimal, one line.",
    },
)

ErofsBaseInfo = provider(
    doc = "An erofs image without a tree, to which another one adds files.",
    fields = {
        "cluster_bytes": "int: as the attribute.",
        "compression": "string: as the attribute.",
        "folders": "File: JSON with the folders and their permissions.",
        "image": "File: the image.",
        "listing": "File: JSON with a hash of each entry, or None when the image was not made of a `rootfs`.",
    },
)

FramesInfo = provider(
    doc = "An image, compressed in pieces.",
    fields = {
        "frames": "File: zstd frames, one after the other.",
        "image": "File: the image.",
        "index": "File: JSON that says which frame is where (tools/image/archive/frames.ts).",
    },
)

DiskImageInfo = provider(
    doc = "A disk: its partition table, and an image for some of the partitions.",
    fields = {
        "images": "dict of string to File: what fills each partition; partitions without an entry are empty.",
        "manifest": "File: JSON with the table, and the runfiles path and size of each image. See tools/image/disk/manifest.ts.",
        "table": "File: as in PartitionTableInfo.",
    },
)

UpdateImageInfo = provider(
    doc = "What an upgrade writes to the other slot.",
    fields = {
        "archive": "File: the update image.",
        "manifest": "File: JSON, what the image says of itself. See tools/image/update/manifest.ts.",
        "signature": "File: signatures of the manifest; None when the image is not signed.",
    },
)
