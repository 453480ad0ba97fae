"""Commands about guests: a program of tools/launch with the arguments that only the rule knows."""

load("//rules/vm:providers.bzl", "VmInfo")
load(":runfiles.bzl", "runfiles_path")
load(":vm_tools.bzl", "VM_TOOLCHAINS", "collect_vm_tools")

VM_COMMAND_ATTRS = {
    "_template": attr.label(default = "//rules/vm/private:vm_command.sh.tpl", allow_single_file = True),
}

def vm_command(ctx, arguments, runfiles):
    """Makes the rule's executable.

    Args:
      ctx: context of a rule with VM_COMMAND_ATTRS and a `_program`.
      arguments: list of string: arguments put before those of the user; no quotes, no blanks.
      runfiles: what the program needs beside itself.

    Returns:
      DefaultInfo
    """
    executable = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.expand_template(
        template = ctx.file._template,
        output = executable,
        substitutions = {
            "{{ARGS}}": " ".join(arguments),
            "{{LABEL}}": str(ctx.label),
            "{{PROGRAM}}": runfiles_path(ctx, ctx.executable._program),
        },
        is_executable = True,
    )
    return DefaultInfo(
        executable = executable,
        runfiles = ctx.runfiles([ctx.executable._program]).merge_all([runfiles, ctx.attr._program[DefaultInfo].default_runfiles]),
    )

def _vm_ssh_impl(ctx):
    tools = collect_vm_tools(ctx)
    return [vm_command(ctx, ["--family", ctx.attr.launch[VmInfo].vm, "--ssh", tools.paths["ssh"]], tools.runfiles)]

def _about_guests_impl(ctx):
    return [vm_command(ctx, ["--family", ctx.attr.launch[VmInfo].vm], ctx.runfiles())]

_LAUNCH = attr.label(mandatory = True, providers = [VmInfo], doc = "The `vm_launch` target whose guests are meant; those of another one with the same `vm` are meant too.")

vm_ssh = rule(
    implementation = _vm_ssh_impl,
    doc = "`bazel run` logs in to the running guest; `bazel run ... -- COMMAND` runs a command in it and gives its exit code.",
    attrs = VM_COMMAND_ATTRS | {
        "launch": _LAUNCH,
        "_program": attr.label(default = "//tools/launch:ssh-cli", executable = True, cfg = "target"),
    },
    executable = True,
    toolchains = VM_TOOLCHAINS,
)

def _about_guests(program, doc):
    # A command that needs to know whose guests are meant, and no more.
    return rule(
        implementation = _about_guests_impl,
        doc = doc,
        attrs = VM_COMMAND_ATTRS | {
            "launch": _LAUNCH,
            "_program": attr.label(default = program, executable = True, cfg = "target"),
        },
        executable = True,
    )

vm_stop = _about_guests(
    program = "//tools/launch:stop-cli",
    doc = "`bazel run` ends the running guest and removes its state. Flags: `--all`, `--vm NAME`, `--timeout SECONDS`.",
)

vm_status = _about_guests(
    program = "//tools/launch:status-cli",
    doc = "`bazel run` shows the state of the node in the running guest, by its /api/v2/status. Flags: `--json`, `--vm NAME`. Exit code 5 when it is not healthy.",
)
