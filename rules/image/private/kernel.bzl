"""The `kernel_files` rule: the kernel of an image and the index of its modules."""

load(":action.bzl", "IMAGE_ACTION_ATTRS", "image_action")
load(":deb_layers.bzl", "DebLayersInfo")

_SYSIMAGE = "//rules/toolchains:sysimage_toolchain_type"

KernelInfo = provider(
    doc = "A kernel, taken out of packages.",
    fields = {
        "modules": "File: tar with depmod's index (usr/lib/modules/RELEASE/modules.dep ...). The modules it lists are those the image keeps.",
        "vmlinuz": "File: the bootable kernel image.",
    },
)

# Packages with a kernel or its modules: Debian's linux-image-RELEASE, Ubuntu's linux-image-RELEASE and linux-modules-RELEASE.
_KERNEL_PACKAGES = ["linux-image-", "linux-modules-"]

def _kernel_layers(info):
    """The layers with the kernel, so that the index is made while other packages are still being unpacked; all layers when that cannot be told."""
    own = [layer for name, layer in info.own_layers.items() if any([name.startswith(prefix) for prefix in _KERNEL_PACKAGES])]
    return own or info.layers

def _kernel_files_impl(ctx):
    depmod = ctx.toolchains[_SYSIMAGE].tools["depmod"]
    xz = ctx.toolchains[_SYSIMAGE].tools["xz"]
    vmlinuz = ctx.actions.declare_file(ctx.label.name + "/vmlinuz")
    modules = ctx.actions.declare_file(ctx.label.name + "/modules.tar")
    layers = _kernel_layers(ctx.attr.layers[DebLayersInfo])
    args = ctx.actions.args()
    args.add("--depmod", depmod.executable)
    args.add("--xz", xz.executable)
    args.add("--vmlinuz", vmlinuz)
    args.add("--modules", modules)
    args.add_all(ctx.attr.keep_modules, before_each = "--keep")
    args.add_all(layers)
    image_action(
        ctx,
        executable = ctx.executable._tool,
        arguments = [args],
        tools = [ctx.attr._tool[DefaultInfo].files_to_run, depmod.files, xz.files],
        inputs = layers,
        outputs = [vmlinuz, modules],
        mnemonic = "IcosKernel",
        progress_message = "Indexing kernel modules of %{label}",
    )
    return [
        DefaultInfo(files = depset([vmlinuz, modules])),
        OutputGroupInfo(modules = depset([modules]), vmlinuz = depset([vmlinuz])),
        KernelInfo(modules = modules, vmlinuz = vmlinuz),
    ]

kernel_files = rule(
    implementation = _kernel_files_impl,
    doc = "Takes the kernel out of package layers and indexes its modules with depmod. Fails unless the packages have exactly one kernel.",
    attrs = IMAGE_ACTION_ATTRS | {
        "keep_modules": attr.string_list(
            doc = "Modules that the image keeps, by name (`virtio_net`) or by glob below the modules folder (`kernel/fs/xfs`), and all that they need. Empty keeps every module. A pattern that matches nothing fails.",
        ),
        "layers": attr.label(doc = "A `deb_layers` target.", mandatory = True, providers = [DebLayersInfo]),
        "_tool": attr.label(default = "//tools/image/kernel:kernel_files", executable = True, cfg = "exec"),
    },
    provides = [KernelInfo],
    toolchains = [_SYSIMAGE],
)
