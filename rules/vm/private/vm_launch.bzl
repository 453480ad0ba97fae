"""The `vm_launch` rule: starts an image in a virtual machine on this host."""

load("//rules/image:providers.bzl", "DiskImageInfo")
load("//rules/vm:providers.bzl", "VmInfo")
load(":check_vm_name.bzl", "check_vm_name", "typed_label")
load(":runfiles.bzl", "runfiles_path")
load(":vm_command.bzl", "VM_COMMAND_ATTRS", "vm_command")
load(":vm_tools.bzl", "VM_TOOLCHAINS", "collect_vm_tools")

def _vm_launch_impl(ctx):
    check_vm_name(ctx.label, ctx.attr.vm)
    tools = collect_vm_tools(ctx)
    disk = ctx.attr.image[DiskImageInfo]
    image = {"label": typed_label(ctx.attr.image.label), "manifest": runfiles_path(ctx, disk.manifest)}
    files = [disk.manifest] + disk.images.values()
    if ctx.file.version_file:
        image["version"] = runfiles_path(ctx, ctx.file.version_file)
        files.append(ctx.file.version_file)
    description = {
        "accelerator": ctx.attr.accelerator,
        "cpus": ctx.attr.cpus,
        "image": image,
        "label": typed_label(ctx.label),
        "memoryMiB": ctx.attr.memory_mib,
        "name": ctx.attr.vm,
        "tools": tools.paths,
        "user": ctx.attr.user,
    }
    if ctx.attr.no_kvm_target:
        description["noKvmLabel"] = typed_label(ctx.label.same_package_label(ctx.attr.no_kvm_target))
    output = ctx.actions.declare_file(ctx.label.name + ".launch.json")
    ctx.actions.write(output, json.encode_indent(description, indent = "  ") + "\n")
    runfiles = ctx.runfiles(files + [output]).merge(tools.runfiles)
    return [
        vm_command(ctx, ["--target", runfiles_path(ctx, output)], runfiles),
        VmInfo(accelerator = ctx.attr.accelerator, description = output, image = disk, vm = ctx.attr.vm),
    ]

vm_launch = rule(
    implementation = _vm_launch_impl,
    doc = """`bazel run` starts the image in a virtual machine. `bazel run ... -- --help` lists the flags.

The guest gets a sparse disk of its own in a state folder and a CONFIG volume with the user's SSH key; both go when it ends.""",
    attrs = VM_COMMAND_ATTRS | {
        "accelerator": attr.string(default = "kvm", values = ["kvm", "tcg"], doc = "`kvm`: by the processor; refused where that does not work. `tcg`: emulated, everywhere, slower."),
        "cpus": attr.int(default = 0, doc = "Processors, unless `--cpus` says otherwise. 0: 2 with KVM, 1 emulated."),
        "image": attr.label(mandatory = True, providers = [DiskImageInfo], doc = "The `disk_image` to boot."),
        "memory_mib": attr.int(default = 4096, doc = "Memory in MiB, unless `--memory` says otherwise."),
        "no_kvm_target": attr.string(doc = "Name of the target of this package that starts the same image emulated: named where KVM does not work."),
        "user": attr.string(default = "root", doc = "Account for SSH."),
        "version_file": attr.label(allow_single_file = True, doc = "File with the image's version: shown at the start."),
        "vm": attr.string(mandatory = True, doc = "First part of the names of the guests, such as `guestos-dev`: lower-case letters, digits, hyphens."),
        "_program": attr.label(default = "//tools/launch:cli", executable = True, cfg = "target"),
    },
    executable = True,
    provides = [VmInfo],
    toolchains = VM_TOOLCHAINS,
)
