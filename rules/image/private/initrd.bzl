"""The `initrd` rule: the first file system of a boot."""

load(":action.bzl", "IMAGE_ACTION_ATTRS", "image_action")
load(":deb_layers.bzl", "DebLayersInfo")
load(":kernel.bzl", "KernelInfo")

_SYSIMAGE = "//rules/toolchains:sysimage_toolchain_type"

def _initrd_impl(ctx):
    has_modules = ctx.attr.modules or ctx.attr.fallback_modules
    if has_modules and not ctx.attr.kernel:
        fail("{}: modules need the kernel they belong to: set kernel = a kernel_files target".format(ctx.label))
    xz = ctx.toolchains[_SYSIMAGE].tools["xz"]
    output = ctx.actions.declare_file(ctx.label.name + ".img")
    inputs = ctx.attr.layers[DebLayersInfo].layers + [ctx.file.init]
    args = ctx.actions.args()
    args.add("--xz", xz.executable)
    args.add("--init", ctx.file.init)
    args.add("--output", output)
    args.add("--level", ctx.attr.compression_level)
    for source, target in sorted(ctx.attr.binaries.items()):
        args.add("--binary", "{}={}".format(source, target))
    if has_modules:
        index = ctx.attr.kernel[KernelInfo].modules
        inputs = inputs + [index]
        args.add("--module-index", index)
        args.add_all(ctx.attr.modules, before_each = "--module")
        args.add_all(ctx.attr.fallback_modules, before_each = "--fallback-module")
    args.add_all(ctx.attr.layers[DebLayersInfo].layers)
    image_action(
        ctx,
        executable = ctx.executable._tool,
        arguments = [args],
        tools = [ctx.attr._tool[DefaultInfo].files_to_run, xz.files],
        inputs = inputs,
        outputs = [output],
        mnemonic = "IcosInitrd",
        progress_message = "Writing initrd %{label}",
    )
    return [DefaultInfo(files = depset([output]))]

initrd = rule(
    implementation = _initrd_impl,
    doc = """Writes NAME.img: a newc archive, compressed by zstd, of programs and modules out of package layers.

Libraries that the programs need come along, and modules that the modules need. The initrd holds /init, the
modules in /lib/modules, and their loading order in /modules.list and /modules-fallback.list.
""",
    attrs = IMAGE_ACTION_ATTRS | {
        "binaries": attr.string_dict(
            doc = "Programs: path in the packages to path in the initrd.",
            default = {"/usr/bin/busybox": "bin/busybox"},
        ),
        "compression_level": attr.int(
            doc = "zstd level, 1 to 19. 10 takes 0.3 s for 8 MB; 19 saves a tenth of the size for 4 s.",
            default = 10,
        ),
        "fallback_modules": attr.string_list(doc = "Modules (names) that /init loads only when the root partition does not appear: drivers of rarer buses."),
        "init": attr.label(doc = "Script that becomes /init.", mandatory = True, allow_single_file = True),
        "kernel": attr.label(doc = "A `kernel_files` target: whose modules to take.", providers = [KernelInfo]),
        "layers": attr.label(doc = "A `deb_layers` target.", mandatory = True, providers = [DebLayersInfo]),
        "modules": attr.string_list(doc = "Modules (names) that /init loads at once, and all that they need. Ones built into the kernel are accepted."),
        "_tool": attr.label(default = "//tools/image/initrd:make_initrd", executable = True, cfg = "exec"),
    },
    toolchains = [_SYSIMAGE],
)
