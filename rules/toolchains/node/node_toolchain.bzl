"""The `node_toolchain` rule."""

load("//rules/npm:providers.bzl", "NpmPackageInfo")

TOOLCHAIN_TYPE = "//rules/toolchains/node:toolchain_type"

def _node_toolchain_impl(ctx):
    return [platform_common.ToolchainInfo(
        node = ctx.file.node,
        node_types = ctx.attr.node_types,
        tsc = ctx.attr.tsc[NpmPackageInfo].directories,
        options_validator = depset(transitive = [
            ctx.attr.options_validator[NpmPackageInfo].directories,
            ctx.attr.typescript[NpmPackageInfo].directories,
        ]),
        esbuild = struct(
            executable = ctx.file.esbuild_binary,
            launcher = depset(transitive = [
                ctx.attr.esbuild_launcher[NpmPackageInfo].directories,
                ctx.attr.esbuild[NpmPackageInfo].directories,
            ]),
        ),
        jest_modules = ctx.file.jest_modules,
    )]

node_toolchain = rule(
    implementation = _node_toolchain_impl,
    doc = "Node.js and the npm programs that the TypeScript rules run. All of one lock file; another project may register its own.",
    attrs = {
        "esbuild": attr.label(mandatory = True, providers = [NpmPackageInfo], doc = "The `esbuild` package."),
        "esbuild_binary": attr.label(allow_single_file = True, mandatory = True, doc = "esbuild's native program."),
        "esbuild_launcher": attr.label(mandatory = True, providers = [NpmPackageInfo], doc = "The `@bazel/esbuild` package, whose launcher.js runs esbuild."),
        "jest_modules": attr.label(allow_single_file = True, mandatory = True, doc = "A `node_modules` folder that has jest; jest searches it at run time."),
        "node": attr.label(allow_single_file = True, mandatory = True, doc = "The node program."),
        "node_types": attr.label(mandatory = True, providers = [NpmPackageInfo], doc = "The `@types/node` package, implied for every `ts_project`."),
        "options_validator": attr.label(mandatory = True, providers = [NpmPackageInfo], doc = "The `@bazel/typescript` package, whose validator compares tsconfig.json with a target's attributes."),
        "tsc": attr.label(mandatory = True, providers = [NpmPackageInfo], doc = "The package that holds TypeScript 7's native compiler, `lib/tsc`, and its library declarations."),
        "typescript": attr.label(mandatory = True, providers = [NpmPackageInfo], doc = "TypeScript 6: the validator needs the JavaScript API, which version 7 lacks."),
    },
)
