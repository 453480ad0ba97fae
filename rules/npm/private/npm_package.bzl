"""The `npm_package` rule: one package of a `@npm` repository."""

load("//rules/npm:providers.bzl", "NpmPackageInfo")

def _npm_package_impl(ctx):
    directories = depset(ctx.files.directories)
    return [
        DefaultInfo(files = directories, runfiles = ctx.runfiles(transitive_files = directories)),
        NpmPackageInfo(name = ctx.attr.package, directories = directories),
    ]

npm_package = rule(
    implementation = _npm_package_impl,
    doc = "An npm package with its dependencies. The `npm` extension writes these; a build lists them in `deps`.",
    attrs = {
        "directories": attr.label_list(
            allow_files = True,
            mandatory = True,
            doc = "The package's folder and those of its dependencies. Folders, not files: a sandbox then links a few of them instead of thousands of files.",
        ),
        "package": attr.string(mandatory = True, doc = "The package's npm name."),
    },
    provides = [NpmPackageInfo],
)
