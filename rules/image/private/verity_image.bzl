"""The `verity_image` rule."""

load("//rules/image:providers.bzl", "FilesystemImageInfo", "VerityInfo")
load(":action.bzl", "IMAGE_ACTION_ATTRS", "image_action")
load(":image_name.bzl", "image_name")
load(":sysimage.bzl", "SYSIMAGE", "program")
load(":verity_outputs.bzl", "declare_verity_outputs", "verity_providers")

def _verity_image_impl(ctx):
    source = ctx.attr.src[FilesystemImageInfo]
    image = ctx.actions.declare_file(image_name(ctx))
    verity = declare_verity_outputs(ctx)
    veritysetup = program(ctx, "veritysetup")
    args = ctx.actions.args()
    args.add("--veritysetup", veritysetup.path)
    args.add("--src", source.image)
    args.add("--uuid", source.uuid)
    args.add("--out", image)
    args.add("--params", verity.params)
    args.add("--root-hash", verity.root_hash)
    image_action(
        ctx,
        executable = ctx.executable._tool,
        arguments = [args],
        inputs = [source.image],
        tools = [veritysetup.files],
        outputs = [image, verity.params, verity.root_hash],
        mnemonic = "IcosVerity",
        progress_message = "Hashing blocks of %{label}",
    )
    return [
        DefaultInfo(files = depset([image])),
        FilesystemImageInfo(image = image, filesystem = source.filesystem, label = source.label, uuid = source.uuid),
    ] + verity_providers(image, verity)

verity_image = rule(
    implementation = _verity_image_impl,
    doc = """A file system image followed by its dm-verity hash tree: `<name>.img`, or `<name>` when the name has a dot.

Beside it `<name>-hash` (the root hash) and `<name>-verity.json` (all parameters). The salt follows from the UUID of the file system.
An erofs image makes its tree faster in its own action: `erofs_image(verity = True)`.""",
    attrs = {
        "src": attr.label(mandatory = True, providers = [FilesystemImageInfo], doc = "The file system to protect; its UUID becomes that of the tree."),
        "_tool": attr.label(default = "//tools/image/verity:cli", executable = True, cfg = "exec"),
    } | IMAGE_ACTION_ATTRS,
    provides = [FilesystemImageInfo, VerityInfo],
    toolchains = [SYSIMAGE],
)
