"""The `deb_package` rule: one pinned .deb."""

load("//rules/deb:providers.bzl", "DebPackagesInfo")

def _deb_package_impl(ctx):
    return [
        DefaultInfo(files = depset([ctx.file.deb])),
        DebPackagesInfo(packages = [struct(name = ctx.attr.package, version = ctx.attr.version, size = ctx.attr.size, file = ctx.file.deb)]),
    ]

deb_package = rule(
    implementation = _deb_package_impl,
    doc = "One Debian package. The `deb` extension writes these; use them as `@guestos_debs//:curl`.",
    attrs = {
        "deb": attr.label(allow_single_file = [".deb"], mandatory = True, doc = "The .deb."),
        "package": attr.string(mandatory = True, doc = "The package's name."),
        "size": attr.int(mandatory = True, doc = "Size of the .deb in bytes: rules split their work by it."),
        "version": attr.string(mandatory = True, doc = "The package's version, epoch included."),
    },
    provides = [DebPackagesInfo],
)
