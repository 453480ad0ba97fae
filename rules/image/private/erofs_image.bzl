"""The `erofs_image` rule."""

load("//rules/image:providers.bzl", "ErofsBaseInfo", "FilesystemImageInfo")
load(":action.bzl", "IMAGE_ACTION_ATTRS", "image_action")
load(":image_name.bzl", "image_name")
load(":installed_files.bzl", "FILES_DOC", "file_flags")
load(":rootfs.bzl", "RootfsInfo")
load(":sysimage.bzl", "SYSIMAGE", "program")
load(":verity_outputs.bzl", "declare_verity_outputs", "verity_providers")

def _rootfs_erofs(ctx):
    """The base of a root file system, straight from its recipe: no archive of all files is written between the merge and mkfs.erofs."""
    if ctx.attr.srcs or ctx.attr.files or ctx.attr.base or ctx.attr.verity:
        fail("{}: rootfs: expected no srcs, files, base or verity with it; add files in a second erofs_image with base = this one".format(ctx.label))
    image = ctx.actions.declare_file(image_name(ctx))
    folders = ctx.actions.declare_file(ctx.label.name.partition(".")[0] + "-folders.json")
    listing = ctx.actions.declare_file(ctx.label.name.partition(".")[0] + "-listing.json")
    rootfs = ctx.attr.rootfs[RootfsInfo]
    mkfs = program(ctx, "mkfs.erofs")
    args = ctx.actions.args()
    args.add("--recipe", rootfs.base_recipe)
    args.add("--mkfs-erofs", mkfs.path)
    args.add("--uuid", ctx.attr.uuid)
    args.add("--compression=" + ctx.attr.compression)
    args.add("--cluster-bytes", ctx.attr.cluster_bytes)
    args.add("--folders", folders)
    args.add("--listing", listing)
    args.add("--out", image)
    image_action(
        ctx,
        executable = ctx.executable._rootfs_tool,
        arguments = [args],
        inputs = rootfs.base_inputs,
        tools = [mkfs.files],
        outputs = [image, folders, listing],
        mnemonic = "IcosRootfsImage",
        progress_message = "Merging packages into %{label}",
    )
    return [
        DefaultInfo(files = depset([image])),
        FilesystemImageInfo(image = image, filesystem = "erofs", label = "", uuid = ctx.attr.uuid),
        ErofsBaseInfo(cluster_bytes = ctx.attr.cluster_bytes, compression = ctx.attr.compression, folders = folders, image = image, listing = listing),
    ]

def _erofs_image_impl(ctx):
    if ctx.attr.rootfs:
        return _rootfs_erofs(ctx)
    image = ctx.actions.declare_file(image_name(ctx))
    mkfs = program(ctx, "mkfs.erofs")
    tools = [mkfs.files]
    outputs = [image]
    args = ctx.actions.args()
    args.add("--mkfs-erofs", mkfs.path)
    inputs = ctx.files.srcs + ctx.files.files
    base = ctx.attr.base[ErofsBaseInfo] if ctx.attr.base else None
    if base:
        if [base.compression, base.cluster_bytes] != [ctx.attr.compression, ctx.attr.cluster_bytes]:
            fail("{}: base: {} has compression {} in clusters of {} bytes, expected {} and {}".format(
                ctx.label,
                ctx.attr.base.label,
                base.compression,
                base.cluster_bytes,
                ctx.attr.compression,
                ctx.attr.cluster_bytes,
            ))
        args.add("--base", base.image)
        args.add("--base-folders", base.folders)
        inputs += [base.image, base.folders]
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
    elif not base:
        folders = ctx.actions.declare_file(ctx.label.name.partition(".")[0] + "-folders.json")
        args.add("--folders", folders)
        outputs.append(folders)
        providers.append(ErofsBaseInfo(
            cluster_bytes = ctx.attr.cluster_bytes,
            compression = ctx.attr.compression,
            folders = folders,
            image = image,
            listing = None,
        ))
    image_action(
        ctx,
        executable = ctx.executable._tool,
        arguments = [args],
        inputs = inputs,
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
all go to mkfs.erofs as one stream, and the large archive stays as it is in the cache.

Faster still is an image in two steps: `base`, with what seldom changes, and one that adds to it. The blocks of the base are not written anew,
nor compressed anew in archives that `reuse` its `image_frames`:

    erofs_image(name = "root-base", rootfs = ":rootfs", uuid = UUID)
    rootfs_delta(name = "root-delta", base = ":root-base", rootfs = ":rootfs")
    image_frames(name = "root-frames", src = ":root-base")
    erofs_image(name = "root", srcs = [":root-delta"], base = ":root-base", files = {":version.txt": "/opt/version.txt"}, uuid = UUID, verity = True)""",
    attrs = {
        "base": attr.label(providers = [ErofsBaseInfo], doc = "An `erofs_image` without `verity` and `base`, to which this one adds its files: those it has already are replaced. Of the same UUID and compression."),
        "cluster_bytes": attr.int(default = 65536, doc = "Most bytes that are compressed together: a power of two from 4096. Larger is smaller, and slower to read at random."),
        "compression": attr.string(default = "lz4", doc = "As `mkfs.erofs -z` takes it, such as `lz4`, `lz4hc`, `zstd,level=3`; empty for none."),
        "files": attr.label_keyed_string_dict(allow_files = True, doc = FILES_DOC),
        "rootfs": attr.label(providers = [RootfsInfo], doc = "A `rootfs` target in place of `srcs`, for an image that is a base: its packages and `base_files` go straight into the image, no archive is written. `rootfs_delta` has the rest."),
        "srcs": attr.label_list(allow_files = [".tar"], doc = "Archives with the contents; a later one wins over an earlier."),
        "uuid": attr.string(mandatory = True, doc = "UUID of the file system, and of the verity superblock."),
        "verity": attr.bool(doc = "Append a dm-verity tree in the same action, and provide VerityInfo. The result is that of verity_image on the plain image, without a second copy of it."),
        "_rootfs_tool": attr.label(default = "//tools/image/rootfs-erofs:rootfs_erofs", executable = True, cfg = "exec"),
        "_tool": attr.label(default = "//tools/image/erofs:cli", executable = True, cfg = "exec"),
    } | IMAGE_ACTION_ATTRS,
    provides = [FilesystemImageInfo],
    toolchains = [SYSIMAGE],
)
