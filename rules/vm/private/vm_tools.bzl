"""The `vm_tools` rule: the programs that start guests and talk to them."""

load("@bazel_skylib//rules:common_settings.bzl", "BuildSettingInfo")
load(":runfiles.bzl", "runfiles_path")

_QEMU = "//rules/toolchains:qemu_toolchain_type"
_SSH = "//rules/toolchains:ssh_toolchain_type"
_SYSIMAGE = "//rules/toolchains:sysimage_toolchain_type"

VM_TOOLCHAINS = [_QEMU, _SSH, _SYSIMAGE]

def collect_vm_tools(ctx):
    """The programs of the VM driver.

    Args:
      ctx: context of a rule with VM_TOOLCHAINS.

    Returns:
      struct(paths = dict for the `vmTools` schema of tools/vm/vm-tools.ts, runfiles = all the programs need).
    """
    qemu = ctx.toolchains[_QEMU]
    ssh = ctx.toolchains[_SSH].tools
    sysimage = ctx.toolchains[_SYSIMAGE].tools
    programs = {
        "mkfsVfat": sysimage["mkfs.vfat"],
        "mtools": sysimage["mtools"],
        "qemuImg": qemu.qemu_img,
        "qemuSystem": qemu.qemu_system,
        "scp": ssh["scp"],
        "ssh": ssh["ssh"],
        "sshKeygen": ssh["ssh-keygen"],
    }
    paths = {name: runfiles_path(ctx, tool.executable) for name, tool in programs.items()}
    return struct(
        paths = paths | {"firmware": runfiles_path(ctx, qemu.ovmf_code)},
        runfiles = ctx.runfiles(
            [qemu.ovmf_code],
            transitive_files = depset(transitive = [tool.files for tool in programs.values()]),
        ),
    )

# Attributes of a rule whose guests run on this host or on a farm.
FARM_SETTINGS = {
    "_artifact_store": attr.label(default = "//rules/vm:artifact_store"),
    "_backend": attr.label(default = "//rules/vm:backend"),
    "_farm": attr.label(default = "//rules/vm:farm"),
}

def farm_settings(ctx):
    """What the build settings say about farms, for the JSON that a program reads.

    Args:
      ctx: context of a rule with FARM_SETTINGS.

    Returns:
      dict
    """
    return {
        "artifactStore": ctx.attr._artifact_store[BuildSettingInfo].value,
        "backend": ctx.attr._backend[BuildSettingInfo].value,
        "farm": ctx.attr._farm[BuildSettingInfo].value,
    }

def _vm_tools_impl(ctx):
    tools = collect_vm_tools(ctx)
    output = ctx.actions.declare_file(ctx.label.name + ".json")
    ctx.actions.write(output, json.encode_indent(tools.paths, indent = "  ") + "\n")
    return [DefaultInfo(files = depset([output]), runfiles = ctx.runfiles([output]).merge(tools.runfiles))]

vm_tools = rule(
    implementation = _vm_tools_impl,
    doc = """Writes `<name>.json`: where QEMU, its firmware, SSH and mtools are, as runfiles paths. Its runfiles are the programs.

Read it with `readVmTools()` of tools/vm/vm-tools.ts.""",
    toolchains = VM_TOOLCHAINS,
)
