"""The `vm_upgrade` rule: an update image into a running guest."""

load("//rules/vm:providers.bzl", "VmInfo")
load(":runfiles.bzl", "runfiles_path")
load(":vm_command.bzl", "VM_COMMAND_ATTRS", "vm_command")
load(":vm_tools.bzl", "VM_TOOLCHAINS", "collect_vm_tools")

# The guest's tool for its two slots, and its first arguments.
MANAGEBOOT = "/opt/ic/bin/manageboot guestos"

def _vm_upgrade_impl(ctx):
    tools = collect_vm_tools(ctx)
    images = {}
    for target, name in ctx.attr.images.items():
        images[name] = target[DefaultInfo].files.to_list()[0]
    plan = ctx.actions.declare_file(ctx.label.name + ".upgrade.json")
    paths = {name: runfiles_path(ctx, image) for name, image in images.items()}
    ctx.actions.write(plan, json.encode_indent({"images": paths, "manageboot": ctx.attr.manageboot}, indent = "  ") + "\n")
    runfiles = ctx.runfiles([plan] + images.values()).merge(tools.runfiles)
    return [vm_command(ctx, ["--family", ctx.attr.launch[VmInfo].vm, "--ssh", tools.paths["ssh"], "--plan", runfiles_path(ctx, plan)], runfiles)]

vm_upgrade = rule(
    implementation = _vm_upgrade_impl,
    doc = """`bazel run` sends an update image to the running guest, restarts it into it, and follows it: exit code 0 when it is confirmed, 5 when it was rolled back.

The guest has a tool with manageboot's interface: `upgrade-install -` reads an update image, `upgrade-commit` restarts into it, `status --json` tells the slots.
Flags: `--image NAME`, `--file FILE`, `--allow-downgrade`, `--install-only`, `--json`, `--vm NAME`, `--timeout SECONDS`.""",
    attrs = VM_COMMAND_ATTRS | {
        "images": attr.label_keyed_string_dict(allow_files = True, mandatory = True, doc = "Update images -> names for `--image`; the first is taken without it."),
        "launch": attr.label(mandatory = True, providers = [VmInfo], doc = "The `vm_launch` target whose guests are meant."),
        "manageboot": attr.string(default = MANAGEBOOT, doc = "The tool in the guest, with its first arguments."),
        "_program": attr.label(default = "//tools/upgrade:cli", executable = True, cfg = "target"),
    },
    executable = True,
    toolchains = VM_TOOLCHAINS,
)
