"""The `grub_image` rule."""

load(":action.bzl", "IMAGE_ACTION_ATTRS", "image_action")
load(":sysimage.bzl", "SYSIMAGE", "program")

def _grub_image_impl(ctx):
    out = ctx.actions.declare_file(ctx.label.name + ".efi")
    mkimage = program(ctx, "grub-mkimage")
    modules = ctx.toolchains[SYSIMAGE].grub_modules
    args = ctx.actions.args()
    args.add("image")
    args.add("--grub-mkimage", mkimage.path)
    args.add("--modules", modules.directory)
    args.add_all(ctx.attr.modules, before_each = "--module")
    args.add("--prefix", ctx.attr.prefix)
    args.add("--out", out)
    image_action(
        ctx,
        executable = ctx.executable._tool,
        arguments = [args],
        inputs = modules.files,
        tools = [mkimage.files],
        outputs = [out],
        mnemonic = "IcosGrub",
        progress_message = "Linking GRUB %{label}",
    )
    return [DefaultInfo(files = depset([out]))]

grub_image = rule(
    implementation = _grub_image_impl,
    doc = "GRUB as an EFI program, `<name>.efi`, to be put at EFI/BOOT/BOOTX64.EFI of an esp partition.",
    attrs = {
        "modules": attr.string_list(mandatory = True, doc = "Modules to build in; those they need come along. A command in grub.cfg whose module is absent is an error at boot."),
        "prefix": attr.string(default = "(,gpt2)/", doc = "Folder of grub.cfg. A leading comma stands for the disk that the firmware started GRUB from."),
        "_tool": attr.label(default = "//tools/image/grub:cli", executable = True, cfg = "exec"),
    } | IMAGE_ACTION_ATTRS,
    toolchains = [SYSIMAGE],
)
