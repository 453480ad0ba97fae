"""The `erofs_image` rule."""

load("//rules/image:providers.bzl", "FilesystemImageInfo")
load(":action.bzl", "IMAGE_ACTION_ATTRS", "image_action")
load(":image_name.bzl", "image_name")
load(":installed_files.bzl", "FILES_DOC", "file_flags")
load(":sysimage.bzl", "SYSIMAGE", "program")
load(":verity_outputs.bzl", "declare_verity_outputs", "verity_providers")

def _erofs_image_impl(ctx):
    image = ctx.actions.declare_file(image_name(ctx))
    mkfs = program(ctx, "mkfs.erofs")
    tools = [mkfs.files]
    outputs = [image]
    args = ctx.actions.args()
    args.add("--mkfs-erofs", mkfs.path)
    args.add_all(ctx.files.srcs, before_each = "--tar")
    args.add_all(file_flags(ctx))
    args.add("--uuid", ctx.attr.uuid)
    args.add("--compression=" + ctx.attr.compression)
    args.add("--cluster-bytes", ctx.attr.cluster_bytes)
    args.add("--out", image)
    providers = [FilesystemImageInfo(image = image, filesystem = "erofs", label = "", uuid = ctx.attr.uuid)]
    if ctx.attr.verity:
        veritysetup = program(ctx, "veritysetup")
        verity = declare_verity_outputs(ctx)
        args.add("--veritysetup", veritysetup.path)
        args.add("--params", verity.params)
        args.add("--root-hash", verity.root_hash)
        tools.append(veritysetup.files)
        outputs += [verity.params, verity.root_hash]
        providers += verity_providers(image, verity)
    image_action(
        ctx,
        executable = ctx.executable._tool,
        arguments = [args],
        inputs = ctx.files.srcs + ctx.files.files,
        tools = tools,
        outputs = outputs,
        mnemonic = "IcosErofsImage",
        progress_message = "Making erofs image %{label}",
    )
    return [DefaultInfo(files = depset([image]))] + providers

erofs_image = rule(
    implementation = _erofs_image_impl,
    doc = """A read-only erofs file system in a file: `<name>.img`, or `<name>` when the name has a dot.

What seldom changes comes as the first archive of `srcs`; what often does (version, service binaries) as later archives or as `files`:
all go to mkfs.erofs as one stream, and the large archive stays as it is in the cache.""",
    attrs = {
        "cluster_bytes": attr.int(default = 65536, doc = "Most bytes that are compressed together: a power of two from 4096. Larger is smaller, and slower to read at random."),
        "compression": attr.string(default = "lz4", doc = "As `mkfs.erofs -z` takes it, such as `lz4`, `lz4hc`, `zstd,level=3`; empty for none."),
        "files": attr.label_keyed_string_dict(allow_files = True, doc = FILES_DOC),
        "srcs": attr.label_list(allow_files = [".tar"], doc = "Archives with the contents; a later one wins over an earlier."),
        "uuid": attr.string(mandatory = True, doc = "UUID of the file system, and of the verity superblock."),
        "verity": attr.bool(doc = "Append a dm-verity tree in the same action, and provide VerityInfo. The result is that of verity_image on the plain image, without a second copy of it."),
        "_tool": attr.label(default = "//tools/image/erofs:cli", executable = True, cfg = "exec"),
    } | IMAGE_ACTION_ATTRS,
    provides = [FilesystemImageInfo],
    toolchains = [SYSIMAGE],
)
