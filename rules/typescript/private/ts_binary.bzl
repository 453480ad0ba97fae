"""The `ts_binary` rule: a program written in TypeScript."""

load("//rules/toolchains/node:node_toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/typescript/private:launcher.bzl", "runfiles_path", "write_launcher")

def _ts_binary_impl(ctx):
    node = ctx.toolchains[TOOLCHAIN_TYPE].node
    launcher = write_launcher(ctx, ctx.file._template, {
        "ARGS": " ".join(["'" + a.replace("'", "'\\''") + "'" for a in [ctx.expand_location(arg, ctx.attr.data) for arg in ctx.attr.fixed_args]]),
        "BUNDLE": runfiles_path(ctx, ctx.file.bundle),
        "LABEL": str(ctx.label),
        "NODE": runfiles_path(ctx, node),
    })
    runfiles = ctx.runfiles([node, ctx.file.bundle] + ctx.files.data).merge_all(
        [t[DefaultInfo].default_runfiles for t in ctx.attr.data + [ctx.attr.bundle]],
    )
    return [DefaultInfo(executable = launcher, files = depset([launcher]), runfiles = runfiles)]

ts_binary_rule = rule(
    implementation = _ts_binary_impl,
    doc = "Runs a bundle on the pinned Node. `ts_binary` makes the bundle too.",
    attrs = {
        "bundle": attr.label(allow_single_file = True, mandatory = True, doc = "An `esbuild` target with one output."),
        "data": attr.label_list(allow_files = True, doc = "Files the program reads at run time; see `runfile()` in tools/lib/runfiles.ts."),
        "fixed_args": attr.string_list(doc = "Arguments put before those of the caller. `$(rlocationpath :label)` of a target in `data` is replaced."),
        "_template": attr.label(default = "//rules/typescript/private:ts_binary.sh.tpl", allow_single_file = True),
    },
    executable = True,
    toolchains = [TOOLCHAIN_TYPE],
)
