"""The `qemu_toolchain` rule: QEMU and its UEFI firmware."""

load(":providers.bzl", "DebToolInfo")

def _qemu_toolchain_impl(ctx):
    return [platform_common.ToolchainInfo(
        qemu_system = ctx.attr.qemu_system[DebToolInfo],
        qemu_img = ctx.attr.qemu_img[DebToolInfo],
        ovmf_code = ctx.file.ovmf_code,
    )]

qemu_toolchain = rule(
    implementation = _qemu_toolchain_impl,
    doc = """A virtual machine.

Fields: `qemu_system` and `qemu_img`, each a `DebToolInfo`; `ovmf_code`, the File for `-bios`.""",
    attrs = {
        "ovmf_code": attr.label(allow_single_file = True, mandatory = True, doc = "UEFI firmware for `-bios`; its variables live in memory."),
        "qemu_img": attr.label(providers = [DebToolInfo], mandatory = True, doc = "qemu-img."),
        "qemu_system": attr.label(providers = [DebToolInfo], mandatory = True, doc = "qemu-system-x86_64."),
    },
)
