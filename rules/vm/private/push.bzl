"""The `vm_push` rule: changed programs into a running guest, without a reboot."""

load("//rules/vm:providers.bzl", "VmInfo")
load(":runfiles.bzl", "runfiles_path")
load(":vm_command.bzl", "VM_COMMAND_ATTRS", "vm_command")
load(":vm_tools.bzl", "VM_TOOLCHAINS", "collect_vm_tools")

def _vm_push_impl(ctx):
    tools = collect_vm_tools(ctx)
    vm = ctx.attr.launch[VmInfo].vm
    files = []
    inputs = [ctx.file.version_file]
    for target, place in ctx.attr.files.items():
        source = target[DefaultInfo].files.to_list()
        if len(source) != 1:
            fail("{}: files: expected one file of {}, got {}".format(ctx.label, target.label, len(source)))
        path, _, mode = place.rpartition(":")
        if not (path.startswith("/usr/") or path.startswith("/opt/")) or len(mode) != 4:
            fail("{}: files: expected `/usr/...:MODE` or `/opt/...:MODE` for {}, got `{}`: an extension covers no other place".format(ctx.label, target.label, place))
        files.append({"mode": mode, "path": path, "source": runfiles_path(ctx, source[0])})
        inputs += source
    plan = ctx.actions.declare_file(ctx.label.name + ".push.json")
    ctx.actions.write(plan, json.encode_indent({
        "files": files,
        "name": vm + "-push",
        "version": runfiles_path(ctx, ctx.file.version_file),
        "versionPath": ctx.attr.version_path,
    }, indent = "  ") + "\n")
    runfiles = ctx.runfiles(inputs + [plan]).merge(tools.runfiles)
    return [vm_command(ctx, ["--family", vm, "--ssh", tools.paths["ssh"], "--plan", runfiles_path(ctx, plan)], runfiles)]

vm_push = rule(
    implementation = _vm_push_impl,
    doc = """`bazel run` brings the files that differ from those of the running guest into it and restarts the units that use them.

They lie over the guest's root as a system extension (systemd-sysext) that is gone with the next boot; the root itself may be read-only and verified. The login must be root's.
Flags: `--revert`, `--json`, `--vm NAME`, `--timeout SECONDS`.""",
    attrs = VM_COMMAND_ATTRS | {
        "files": attr.label_keyed_string_dict(allow_files = True, mandatory = True, doc = "Label -> `/path:mode` in the guest, below `/usr` or `/opt`."),
        "launch": attr.label(mandatory = True, providers = [VmInfo], doc = "The `vm_launch` target whose guests are meant."),
        "version_file": attr.label(allow_single_file = True, mandatory = True, doc = "File with the version of the build."),
        "version_path": attr.string(mandatory = True, doc = "File in the guest, below `/usr` or `/opt`, that gets the version of what was pushed: `VERSION+push.HASH`."),
        "_program": attr.label(default = "//tools/push:cli", executable = True, cfg = "target"),
    },
    executable = True,
    toolchains = VM_TOOLCHAINS,
)
