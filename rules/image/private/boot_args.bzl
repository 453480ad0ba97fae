"""The `boot_args` rule."""

load("//rules/image:providers.bzl", "VerityInfo")
load(":action.bzl", "IMAGE_ACTION_ATTRS", "image_action")

def _boot_args_impl(ctx):
    out = ctx.actions.declare_file(ctx.label.name)
    params = ctx.attr.verity[VerityInfo].params
    args = ctx.actions.args()
    args.add("boot-args")
    args.add("--template", ctx.file.template)
    args.add("--verity", params)
    args.add_all(ctx.attr.extra_args, format_each = "--extra-arg=%s")
    args.add("--out", out)
    image_action(
        ctx,
        executable = ctx.executable._tool,
        arguments = [args],
        inputs = [ctx.file.template, params],
        outputs = [out],
        mnemonic = "IcosBootArgs",
        progress_message = "Writing boot arguments %{label}",
    )
    return [DefaultInfo(files = depset([out]))]

boot_args = rule(
    implementation = _boot_args_impl,
    doc = """A file named as the target that grub.cfg sources: `BOOT_ARGS_A` and `BOOT_ARGS_B`, the complete kernel command line of each slot.

The template's words `ROOT_HASH`, `VERITY` (data blocks:hash start block:salt) and `EXTRA_ARGS` are replaced.""",
    attrs = {
        "extra_args": attr.string_list(doc = "Kernel arguments that replace EXTRA_ARGS."),
        "template": attr.label(allow_single_file = True, mandatory = True, doc = "The template."),
        "verity": attr.label(mandatory = True, providers = [VerityInfo], doc = "The root file system."),
        "_tool": attr.label(default = "//tools/image/grub:cli", executable = True, cfg = "exec"),
    } | IMAGE_ACTION_ATTRS,
)
