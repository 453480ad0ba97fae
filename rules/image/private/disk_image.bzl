"""The `disk_image` rule: which image fills which partition."""

load("//rules/image:providers.bzl", "DiskImageInfo", "PartitionTableInfo")
load(":action.bzl", "IMAGE_ACTION_ATTRS", "image_action")
load(":disk_flags.bzl", "disk_flags")

def _runfiles_path(ctx, file):
    return file.short_path.removeprefix("../") if file.short_path.startswith("../") else ctx.workspace_name + "/" + file.short_path

def _images(ctx):
    images = {}
    for target, partitions in ctx.attr.partitions.items():
        files = target[DefaultInfo].files.to_list()
        if len(files) != 1:
            fail("{}: partitions: expected one file from {}, got {}".format(ctx.label, target.label, len(files)))
        for partition in partitions.split(","):
            images[partition] = files[0]
    return images

def _disk_image_impl(ctx):
    images = _images(ctx)
    table = ctx.attr.table[PartitionTableInfo].table
    manifest = ctx.actions.declare_file(ctx.label.name + ".json")
    disk = DiskImageInfo(images = images, manifest = manifest, table = table)
    args = ctx.actions.args()
    args.add("manifest")
    args.add_all(disk_flags(disk))
    args.add_all(["--runfile={}={}".format(partition, _runfiles_path(ctx, file)) for partition, file in images.items()])
    args.add("--out", manifest)
    image_action(
        ctx,
        executable = ctx.executable._tool,
        arguments = [args],
        inputs = [table] + images.values(),
        outputs = [manifest],
        mnemonic = "IcosDiskManifest",
        progress_message = "Checking the disk %{label}",
    )
    return [
        DefaultInfo(files = depset([manifest]), runfiles = ctx.runfiles([manifest] + images.values())),
        disk,
    ]

disk_image_rule = rule(
    implementation = _disk_image_impl,
    doc = """Checks that each image fits in its partition and writes `<name>.json`, from which a program can write the disk by itself.

The disk as such comes from `disk_archive` (cached) and `raw_disk` (on demand). Runfiles: the manifest and all images.""",
    attrs = {
        "partitions": attr.label_keyed_string_dict(allow_files = True, doc = "Image to the partition it fills, or to several, separated by commas."),
        "table": attr.label(mandatory = True, providers = [PartitionTableInfo], doc = "The partition table."),
        "_tool": attr.label(default = "//tools/image/disk:cli", executable = True, cfg = "exec"),
    } | IMAGE_ACTION_ATTRS,
    provides = [DiskImageInfo],
)

def disk_image(name, table, partitions, **kwargs):
    """A disk: a partition table and images for its partitions.

    Args:
      name: name of the target.
      table: a `partition_table`.
      partitions: dict from partition name to the image that fills it, such as `{"A_boot": ":boot"}`. A partition without an
        image stays empty; unless it belongs to slot B, the build says so.
      **kwargs: as for every rule.
    """
    by_image = {}
    for partition, image in partitions.items():
        by_image[image] = by_image.get(image, []) + [partition]
    disk_image_rule(
        name = name,
        table = table,
        partitions = {image: ",".join(names) for image, names in by_image.items()},
        **kwargs
    )
