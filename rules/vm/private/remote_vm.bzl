"""The `remote_vm` macro: all commands about one image on a farm."""

load("@bazel_skylib//rules:common_settings.bzl", "BuildSettingInfo")
load("//rules/vm:providers.bzl", "RemoteVmInfo")
load(":check_vm_name.bzl", "check_vm_name", "typed_label")
load(":runfiles.bzl", "runfiles_path")
load(":vm_command.bzl", "VM_COMMAND_ATTRS", "vm_command")

_SSH = "//rules/toolchains:ssh_toolchain_type"
_SYSIMAGE = "//rules/toolchains:sysimage_toolchain_type"

def _remote_vm_launch_impl(ctx):
    check_vm_name(ctx.label, ctx.attr.vm)
    ssh = ctx.toolchains[_SSH].tools
    sysimage = ctx.toolchains[_SYSIMAGE].tools
    programs = {
        "mkfsVfat": sysimage["mkfs.vfat"],
        "mtools": sysimage["mtools"],
        "scp": ssh["scp"],
        "ssh": ssh["ssh"],
        "sshKeygen": ssh["ssh-keygen"],
    }
    image = {"archive": runfiles_path(ctx, ctx.file.archive), "label": typed_label(ctx.attr.archive.label)}
    files = [ctx.file.archive]
    if ctx.file.version_file:
        image["version"] = runfiles_path(ctx, ctx.file.version_file)
        files.append(ctx.file.version_file)
    output = ctx.actions.declare_file(ctx.label.name + ".remote.json")
    ctx.actions.write(output, json.encode_indent({
        "artifactStore": ctx.attr._artifact_store[BuildSettingInfo].value,
        "cpus": ctx.attr.cpus,
        "farm": ctx.attr._farm[BuildSettingInfo].value,
        "image": image,
        "label": typed_label(ctx.label),
        "memoryMiB": ctx.attr.memory_mib,
        "name": ctx.attr.vm,
        "siblings": {
            command: typed_label(ctx.label.same_package_label(name))
            for command, name in {"delete": ctx.attr.delete_target, "extend": ctx.attr.extend_target, "list": ctx.attr.list_target}.items()
        },
        "tools": {name: runfiles_path(ctx, tool.executable) for name, tool in programs.items()},
        "user": ctx.attr.user,
    }, indent = "  ") + "\n")
    runfiles = ctx.runfiles(files + [output], transitive_files = depset(transitive = [tool.files for tool in programs.values()]))
    return [
        vm_command(ctx, ["--target", runfiles_path(ctx, output)], runfiles),
        RemoteVmInfo(description = output, vm = ctx.attr.vm),
    ]

remote_vm_launch = rule(
    implementation = _remote_vm_launch_impl,
    doc = """`bazel run --config=systest` starts the image on a farm. `bazel run ... -- --help` lists the flags.

The farm gets the image and a CONFIG volume with the user's SSH key and the address that it gave the VM. Ctrl-C deletes all of it.""",
    attrs = VM_COMMAND_ATTRS | {
        "archive": attr.label(mandatory = True, allow_single_file = True, doc = "The image for the farm: a `disk_archive`."),
        "cpus": attr.int(default = 2, doc = "Processors, unless `--vcpus` says otherwise."),
        "delete_target": attr.string(mandatory = True, doc = "Name of the target of this package that deletes what is left running."),
        "extend_target": attr.string(mandatory = True, doc = "Name of the target of this package that lets it live longer."),
        "list_target": attr.string(mandatory = True, doc = "Name of the target of this package that lists it."),
        "memory_mib": attr.int(default = 4096, doc = "Memory in MiB, unless `--memory` says otherwise."),
        "user": attr.string(default = "root", doc = "Account for SSH."),
        "version_file": attr.label(allow_single_file = True, doc = "File with the image's version: shown at the start."),
        "vm": attr.string(mandatory = True, doc = "Name of the VM, and first part of the names of its groups: lower-case letters, digits, hyphens."),
        "_artifact_store": attr.label(default = "//rules/vm:artifact_store"),
        "_farm": attr.label(default = "//rules/vm:farm"),
        "_program": attr.label(default = "//tools/farm/launch:cli", executable = True, cfg = "target"),
    },
    executable = True,
    provides = [RemoteVmInfo],
    toolchains = [_SSH, _SYSIMAGE],
)

def _about_groups_impl(ctx):
    description = ctx.attr.launch[RemoteVmInfo].description
    return [vm_command(ctx, ["--target", runfiles_path(ctx, description)], ctx.runfiles([description]))]

def _about_groups(program, doc):
    return rule(
        implementation = _about_groups_impl,
        doc = doc,
        attrs = VM_COMMAND_ATTRS | {
            "launch": attr.label(mandatory = True, providers = [RemoteVmInfo], doc = "The `remote_vm_launch` target whose groups are meant."),
            "_program": attr.label(default = program, executable = True, cfg = "target"),
        },
        executable = True,
    )

remote_vm_list = _about_groups(
    program = "//tools/farm/launch:list-cli",
    doc = "`bazel run` shows the groups that were launched from here and are still on their farm. Flags: `--all`, `--json`.",
)

remote_vm_extend = _about_groups(
    program = "//tools/farm/launch:extend-cli",
    doc = "`bazel run` lets a group that was left running live longer. Flags: `--group NAME`, `--ttl TIME`.",
)

remote_vm_delete = _about_groups(
    program = "//tools/farm/launch:delete-cli",
    doc = "`bazel run` deletes a group. Flags: `--group NAME`, `--all`, `--farm URL`.",
)

def remote_vm(name, archive, vm, list = "farm-list", extend = "farm-extend", delete = "farm-delete", tags = [], visibility = None, testonly = False, **kwargs):
    """Targets that start an image on a farm and look after what is left running there.

    Makes `<name>` and the targets named by `list`, `extend` and `delete`.

    Args:
      name: name of the target that starts the image.
      archive: a `disk_archive`.
      vm: name of the VM, and first part of the names of its groups.
      list: name of the target that lists groups.
      extend: name of the target that lets a group live longer.
      delete: name of the target that deletes a group.
      tags: as in every rule.
      visibility: as in every rule.
      testonly: as in every rule.
      **kwargs: for `remote_vm_launch`: `memory_mib`, `cpus`, `user`, `version_file`.
    """
    common = {"tags": tags, "testonly": testonly, "visibility": visibility}
    remote_vm_list(name = list, launch = name, **common)
    remote_vm_extend(name = extend, launch = name, **common)
    remote_vm_delete(name = delete, launch = name, **common)
    remote_vm_launch(name = name, archive = archive, delete_target = delete, extend_target = extend, list_target = list, vm = vm, **(common | kwargs))
