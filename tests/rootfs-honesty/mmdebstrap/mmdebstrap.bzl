"""The `mmdebstrap` rule: a root file system made by the packages' own maintainer scripts."""

load("//rules/deb:providers.bzl", "DebPackagesInfo")

_SYSIMAGE = "//rules/toolchains:sysimage_toolchain_type"

def _mmdebstrap_impl(ctx):
    output = ctx.actions.declare_file(ctx.label.name + ".tar")
    dpkg_deb = ctx.toolchains[_SYSIMAGE].tools["dpkg-deb"]
    tar = ctx.toolchains[_SYSIMAGE].tools["tar"]
    packages = [package.file for package in ctx.attr.packages[DebPackagesInfo].packages]
    args = ctx.actions.args()
    args.add("--dpkg-deb", dpkg_deb.executable)
    args.add("--tar", tar.executable)
    args.add("--definition", ctx.file.definition)
    args.add("--output", output)
    args.add_all("--tool", ctx.files._mmdebstrap)
    args.add_all("--package", packages)
    ctx.actions.run(
        executable = ctx.executable._tool,
        arguments = [args],
        tools = [dpkg_deb.files, tar.files],
        inputs = packages + ctx.files._mmdebstrap + [ctx.file.definition],
        outputs = [output],
        mnemonic = "IcosMmdebstrap",
        # It needs user namespaces, which remote workers seldom allow.
        execution_requirements = {"no-remote-exec": ""},
        progress_message = "Installing {} packages with mmdebstrap for %{{label}}".format(len(packages)),
    )
    return [DefaultInfo(files = depset([output]))]

mmdebstrap = rule(
    implementation = _mmdebstrap_impl,
    doc = "Makes NAME.tar, a root file system of packages, with a pinned mmdebstrap in a user namespace. Not reproducible: the scripts make keys and logs.",
    attrs = {
        "definition": attr.label(allow_single_file = [".json"], mandatory = True, doc = "packages.json of the packages: what it assumes to be installed becomes empty packages."),
        "packages": attr.label(mandatory = True, providers = [DebPackagesInfo], doc = "The packages to install: exactly these."),
        "_mmdebstrap": attr.label(default = "@mmdebstrap_debs//:mmdebstrap"),
        "_tool": attr.label(default = "//tests/rootfs-honesty/mmdebstrap", executable = True, cfg = "exec"),
    },
    toolchains = [_SYSIMAGE],
)
