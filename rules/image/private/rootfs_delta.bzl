"""The `rootfs_delta` rule."""

load("//rules/image:providers.bzl", "ErofsBaseInfo")
load(":action.bzl", "IMAGE_ACTION_ATTRS", "image_action")
load(":rootfs.bzl", "RootfsInfo")

def _rootfs_delta_impl(ctx):
    rootfs = ctx.attr.rootfs[RootfsInfo]
    listing = ctx.attr.base[ErofsBaseInfo].listing
    if not listing:
        fail("{}: base: expected an erofs_image with `rootfs`, got {}".format(ctx.label, ctx.attr.base.label))
    tar = ctx.actions.declare_file(ctx.label.name + ".tar")
    args = ctx.actions.args()
    args.add("--recipe", rootfs.recipe)
    args.add("--base-listing", listing)
    args.add("--output", tar)
    image_action(
        ctx,
        executable = ctx.executable._tool,
        arguments = [args],
        inputs = depset([listing], transitive = [rootfs.inputs]),
        tools = [ctx.attr._tool[DefaultInfo].files_to_run],
        outputs = [tar],
        mnemonic = "IcosRootfsDelta",
        progress_message = "Comparing root file system %{label} with its base",
    )
    return [DefaultInfo(files = depset([tar]))]

rootfs_delta = rule(
    implementation = _rootfs_delta_impl,
    doc = """What makes the tree of a `rootfs` of that of its base: NAME.tar, a source of `erofs_image(base = ...)`.

It holds changed entries and marks for what is gone, so a changed component file writes itself, not all packages.""",
    attrs = IMAGE_ACTION_ATTRS | {
        "base": attr.label(mandatory = True, providers = [ErofsBaseInfo], doc = "An `erofs_image` of the same `rootfs`."),
        "rootfs": attr.label(mandatory = True, providers = [RootfsInfo], doc = "A `rootfs` target. Its archive is not written."),
        "_tool": attr.label(default = "//tools/image/rootfs-erofs:rootfs_delta", executable = True, cfg = "exec"),
    },
)
