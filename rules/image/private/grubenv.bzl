"""The `grubenv` rule."""

load(":action.bzl", "IMAGE_ACTION_ATTRS", "image_action")

def _grubenv_impl(ctx):
    out = ctx.actions.declare_file(ctx.label.name)
    args = ctx.actions.args()
    args.add("grubenv")
    args.add_all(["--set={}={}".format(name, ctx.attr.variables[name]) for name in sorted(ctx.attr.variables)])
    args.add("--out", out)
    image_action(
        ctx,
        executable = ctx.executable._tool,
        arguments = [args],
        outputs = [out],
        mnemonic = "IcosGrubenv",
        progress_message = "Writing GRUB environment %{label}",
    )
    return [DefaultInfo(files = depset([out]))]

grubenv = rule(
    implementation = _grubenv_impl,
    doc = "A GRUB environment block of exactly 1024 bytes, in a file named as the target.",
    attrs = {
        "variables": attr.string_dict(doc = "Variables; written in the order of their names."),
        "_tool": attr.label(default = "//tools/image/grub:cli", executable = True, cfg = "exec"),
    } | IMAGE_ACTION_ATTRS,
)
