"""The `ext4_image` rule."""

load("//rules/image:providers.bzl", "FilesystemImageInfo")
load(":action.bzl", "IMAGE_ACTION_ATTRS", "image_action")
load(":image_name.bzl", "image_name")
load(":installed_files.bzl", "FILES_DOC", "file_flags")
load(":sysimage.bzl", "SYSIMAGE", "program")

def _ext4_image_impl(ctx):
    image = ctx.actions.declare_file(image_name(ctx))
    mke2fs = program(ctx, "mke2fs")
    args = ctx.actions.args()
    args.add("--mke2fs", mke2fs.path)
    args.add_all(ctx.files.srcs, before_each = "--tar")
    args.add_all(file_flags(ctx))
    args.add("--size", ctx.attr.image_size)
    args.add("--label=" + ctx.attr.label)
    args.add("--uuid", ctx.attr.uuid)
    if ctx.attr.inodes:
        args.add("--inodes", ctx.attr.inodes)
    if ctx.attr.journal:
        args.add("--journal")
    args.add("--out", image)
    image_action(
        ctx,
        executable = ctx.executable._tool,
        arguments = [args],
        inputs = ctx.files.srcs + ctx.files.files,
        tools = [mke2fs.files],
        outputs = [image],
        mnemonic = "IcosExt4Image",
        progress_message = "Making ext4 image %{label}",
    )
    return [
        DefaultInfo(files = depset([image])),
        FilesystemImageInfo(image = image, filesystem = "ext4", label = ctx.attr.label, uuid = ctx.attr.uuid),
    ]

ext4_image = rule(
    implementation = _ext4_image_impl,
    doc = """An ext4 file system in a file: `<name>.img`, or `<name>` when the name has a dot.

Contents that do not fit fail the build, and the message says how much is missing.""",
    attrs = {
        "files": attr.label_keyed_string_dict(allow_files = True, doc = FILES_DOC),
        "inodes": attr.int(doc = "Number of inodes; 0: one for each 8 KiB."),
        "journal": attr.bool(doc = "Journal and metadata checksums, for a file system the guest writes. Without them (default), GRUB can write to files."),
        "label": attr.string(doc = "Volume label, at most 16 bytes."),
        "image_size": attr.string(mandatory = True, doc = "Size of the file system, such as `64M`. It need not fill its partition: a build carries each image around in full."),
        "srcs": attr.label_list(allow_files = [".tar"], doc = "Archives with the contents; a later one wins over an earlier."),
        "uuid": attr.string(mandatory = True, doc = "UUID of the file system."),
        "_tool": attr.label(default = "//tools/image/ext4:cli", executable = True, cfg = "exec"),
    } | IMAGE_ACTION_ATTRS,
    provides = [FilesystemImageInfo],
    toolchains = [SYSIMAGE],
)
