"""The `deb_set` rule: packages that belong together."""

load("//rules/deb:providers.bzl", "DebPackagesInfo")

def _deb_set_impl(ctx):
    packages = {}
    for target in ctx.attr.packages:
        for package in target[DebPackagesInfo].packages:
            other = packages.get(package.name)
            if other and other.version != package.version:
                fail("{}: {} is there as {} and as {}; expected one version".format(ctx.label, package.name, other.version, package.version))
            packages[package.name] = package
    packages = [packages[name] for name in sorted(packages)]
    return [
        DefaultInfo(files = depset([package.file for package in packages])),
        DebPackagesInfo(packages = packages),
    ]

deb_set = rule(
    implementation = _deb_set_impl,
    doc = "Joins packages and sets: each package once, sorted by name; two versions of one package are an error.",
    attrs = {
        "packages": attr.label_list(providers = [DebPackagesInfo], doc = "`deb_package` and `deb_set` targets."),
    },
    provides = [DebPackagesInfo],
)
