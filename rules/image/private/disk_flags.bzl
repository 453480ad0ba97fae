"""How a disk is given to //tools/image/disk."""

def disk_flags(disk):
    """Flags `--table` and `--image`.

    Args:
      disk: DiskImageInfo.

    Returns:
      list of strings.
    """
    return ["--table=" + disk.table.path] + ["--image={}={}".format(partition, image.path) for partition, image in disk.images.items()]
