"""The `jest_test` rule: jest over bundled tests."""

load("//rules/toolchains/node:node_toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/typescript/private:launcher.bzl", "runfiles_path", "write_launcher")

def _jest_test_impl(ctx):
    toolchain = ctx.toolchains[TOOLCHAIN_TYPE]
    launcher = write_launcher(ctx, ctx.file._template, {
        "BUNDLE": runfiles_path(ctx, ctx.file.bundle),
        "LABEL": str(ctx.label),
        "MODULES": runfiles_path(ctx, toolchain.jest_modules),
        "NODE": runfiles_path(ctx, toolchain.node),
        "TIMEOUT_MS": str(ctx.attr.test_timeout_seconds * 1000),
    })
    targets = ctx.attr.data + [ctx.attr.bundle]
    runfiles = ctx.runfiles([toolchain.node, toolchain.jest_modules, ctx.file.bundle] + ctx.files.data)
    expanded = {k: ctx.expand_location(v, ctx.attr.data) for k, v in ctx.attr.test_env.items()}
    return [
        DefaultInfo(executable = launcher, runfiles = runfiles.merge_all([t[DefaultInfo].default_runfiles for t in targets])),
        RunEnvironmentInfo(environment = expanded, inherited_environment = ctx.attr.env_inherit),
    ]

bundled_jest_test = rule(
    implementation = _jest_test_impl,
    doc = "Runs jest over a folder of bundled tests. `jest_test` makes the bundles too.",
    attrs = {
        "bundle": attr.label(allow_single_file = True, mandatory = True, doc = "An `esbuild` target with `output_dir`, format `cjs`."),
        "data": attr.label_list(allow_files = True, doc = "Files and programs the tests use; see `runfile()` in tools/lib/runfiles.ts."),
        "env_inherit": attr.string_list(doc = "Variables of the user's shell that the test sees. For tests that run a Bazel or a host program; no other needs it."),
        "test_env": attr.string_dict(doc = "Environment of the test; `$(rlocationpath :target)` of a `data` target is expanded."),
        "test_timeout_seconds": attr.int(default = 30, doc = "jest's limit for a single test case, in seconds."),
        "_template": attr.label(default = "//rules/typescript/private:jest_test.sh.tpl", allow_single_file = True),
    },
    test = True,
    toolchains = [TOOLCHAIN_TYPE],
)
