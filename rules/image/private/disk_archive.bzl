"""The `disk_archive` rule."""

load("//rules/image:providers.bzl", "DiskImageInfo")
load(":action.bzl", "IMAGE_ACTION_ATTRS", "image_action")
load(":disk_flags.bzl", "disk_flags")
load(":image_frames.bzl", "REUSE_ATTR", "reuse_flags")

def _disk_archive_impl(ctx):
    disk = ctx.attr.disk[DiskImageInfo]
    archive = ctx.actions.declare_file(ctx.label.name)
    args = ctx.actions.args()
    args.add("archive")
    args.add_all(disk_flags(disk))
    args.add("--level", ctx.attr.level)
    reuse = reuse_flags(ctx)
    args.add_all(reuse.flags)
    args.add("--out", archive)
    image_action(
        ctx,
        executable = ctx.executable._tool,
        arguments = [args],
        inputs = [disk.table] + disk.images.values() + reuse.files,
        outputs = [archive],
        mnemonic = "IcosDiskArchive",
        progress_message = "Packing the disk %{label}",
    )
    return [DefaultInfo(files = depset([archive]))]

disk_archive = rule(
    implementation = _disk_archive_impl,
    doc = """The disk as a compressed tar, in a file named as the target (`disk-img.tar.zst`).

Its only member is `disk.img`, stored without its holes (GNU tar's sparse format): `tar -xf disk-img.tar.zst` gives a sparse file.""",
    attrs = {
        "disk": attr.label(mandatory = True, providers = [DiskImageInfo], doc = "A `disk_image`."),
        "level": attr.int(default = 2, doc = "Level of zstd, 1 to 19."),
        "reuse": REUSE_ATTR,
        "_tool": attr.label(default = "//tools/image/disk:cli", executable = True, cfg = "exec"),
    } | IMAGE_ACTION_ATTRS,
)
