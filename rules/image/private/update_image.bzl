"""The `update_image` rule."""

load("//rules/image:providers.bzl", "FilesystemImageInfo", "VerityInfo")
load(":action.bzl", "IMAGE_ACTION_ATTRS", "image_action")
load(":sysimage.bzl", "SYSIMAGE", "program")

def _update_image_impl(ctx):
    archive = ctx.actions.declare_file(ctx.label.name)
    boot = ctx.attr.boot[FilesystemImageInfo].image
    root = ctx.attr.root[VerityInfo].image
    zstd = program(ctx, "zstd")
    args = ctx.actions.args()
    args.add("--boot", boot)
    args.add("--root", root)
    args.add("--version-file", ctx.file.version_file)
    args.add("--zstd", zstd.path)
    args.add("--level", ctx.attr.level)
    args.add("--out", archive)
    image_action(
        ctx,
        executable = ctx.executable._tool,
        arguments = [args],
        inputs = [boot, root, ctx.file.version_file],
        tools = [zstd.files],
        outputs = [archive],
        mnemonic = "IcosUpdateImage",
        progress_message = "Packing the update %{label}",
    )
    return [DefaultInfo(files = depset([archive]))]

update_image = rule(
    implementation = _update_image_impl,
    doc = """What an upgrade writes to the other slot, as a compressed tar named as the target (`update-img.tar.zst`).

Members: `VERSION.TXT`, `boot.img`, `root.img`, without their holes (GNU tar's sparse format).""",
    attrs = {
        "boot": attr.label(mandatory = True, providers = [FilesystemImageInfo], doc = "Image of the boot partition; its boot_args name the root."),
        "level": attr.int(default = 3, doc = "Level of zstd, 1 to 19."),
        "root": attr.label(mandatory = True, providers = [VerityInfo], doc = "Image of the root partition."),
        "version_file": attr.label(allow_single_file = True, mandatory = True, doc = "The version, one line."),
        "_tool": attr.label(default = "//tools/image/update:cli", executable = True, cfg = "exec"),
    } | IMAGE_ACTION_ATTRS,
    toolchains = [SYSIMAGE],
)
