"""The `vfat_image` rule."""

load("//rules/image:providers.bzl", "FilesystemImageInfo")
load(":action.bzl", "IMAGE_ACTION_ATTRS", "image_action")
load(":image_name.bzl", "image_name")
load(":installed_files.bzl", "file_flags")
load(":sysimage.bzl", "SYSIMAGE", "program")

def _vfat_image_impl(ctx):
    image = ctx.actions.declare_file(image_name(ctx))
    mkfs = program(ctx, "mkfs.vfat")
    mtools = program(ctx, "mtools")
    args = ctx.actions.args()
    args.add("--mkfs-vfat", mkfs.path)
    args.add("--mtools", mtools.path)
    args.add_all(file_flags(ctx))
    args.add("--size", ctx.attr.image_size)
    args.add("--label", ctx.attr.label)
    args.add("--volume-id", ctx.attr.volume_id)
    args.add("--out", image)
    image_action(
        ctx,
        executable = ctx.executable._tool,
        arguments = [args],
        inputs = ctx.files.files,
        tools = [mkfs.files, mtools.files],
        outputs = [image],
        mnemonic = "IcosVfatImage",
        progress_message = "Making vfat image %{label}",
    )
    return [
        DefaultInfo(files = depset([image])),
        FilesystemImageInfo(image = image, filesystem = "vfat", label = ctx.attr.label, uuid = ctx.attr.volume_id),
    ]

vfat_image = rule(
    implementation = _vfat_image_impl,
    doc = "A FAT file system in a file: `<name>.img`, or `<name>` when the name has a dot. FAT12, 16 or 32 follows from the size.",
    attrs = {
        "files": attr.label_keyed_string_dict(allow_files = True, doc = "Files to put in: label to path, such as `{\":grub\": \"EFI/BOOT/BOOTX64.EFI\"}`."),
        "label": attr.string(mandatory = True, doc = "Volume label: 1 to 11 of A-Z, 0-9, `_` and `-`."),
        "image_size": attr.string(mandatory = True, doc = "Size of the file system, such as `16M`."),
        "volume_id": attr.string(mandatory = True, doc = "Volume serial number: 8 hexadecimal digits."),
        "_tool": attr.label(default = "//tools/image/vfat:cli", executable = True, cfg = "exec"),
    } | IMAGE_ACTION_ATTRS,
    provides = [FilesystemImageInfo],
    toolchains = [SYSIMAGE],
)
