"""The `tools_toolchain` rule: a toolchain of programs by name."""

load(":providers.bzl", "DebToolInfo")

def _tools_toolchain_impl(ctx):
    grub_modules = ctx.files.grub_modules
    return [platform_common.ToolchainInfo(
        tools = {target.label.name: target[DebToolInfo] for target in ctx.attr.tools},
        grub_modules = struct(
            directory = grub_modules[0].dirname,
            files = depset(grub_modules),
        ) if grub_modules else None,
    )]

tools_toolchain = rule(
    implementation = _tools_toolchain_impl,
    doc = """Programs for actions.

Fields: `tools`, a dict from program name to `DebToolInfo`; `grub_modules`, a struct(directory = string path for
`grub-mkimage -d`, files = depset of File), or None when the toolchain has no GRUB.""",
    attrs = {
        "grub_modules": attr.label(doc = "GRUB's modules for x86_64-efi: files of one folder."),
        "tools": attr.label_list(providers = [DebToolInfo], mandatory = True, doc = "`deb_tool` targets; a target's name is the program's."),
    },
)
