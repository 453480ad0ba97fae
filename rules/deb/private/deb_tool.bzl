"""The `deb_tool` rule: one program of an unpacked set of packages."""

load("//rules/toolchains:providers.bzl", "DebToolInfo")

def _deb_tool_impl(ctx):
    files = depset(
        [ctx.file.wrapper] + ctx.files.data,
        transitive = [tool[DebToolInfo].files for tool in ctx.attr.tools],
    )

    # A rule can only offer a file that it makes itself to `bazel run`.
    command = ctx.actions.declare_file("run/" + ctx.label.name)
    ctx.actions.symlink(output = command, target_file = ctx.file.wrapper, is_executable = True)
    return [
        DefaultInfo(executable = command, files = depset([ctx.file.wrapper]), runfiles = ctx.runfiles(transitive_files = files)),
        DebToolInfo(executable = ctx.file.wrapper, files = files),
    ]

deb_tool = rule(
    implementation = _deb_tool_impl,
    doc = "A program with only the files it needs, so that the sandboxes of its actions stay small. The `deb` extension writes these.",
    attrs = {
        "data": attr.label_list(allow_files = True, doc = "The program, its loader and libraries, and what it reads at run time."),
        "tools": attr.label_list(providers = [DebToolInfo], doc = "Programs that this one starts."),
        "wrapper": attr.label(allow_single_file = True, mandatory = True, doc = "Shell script that starts the program through its loader."),
    },
    executable = True,
    provides = [DebToolInfo],
)
