"""The `deb_layers` rule: packages, unpacked into a few tar archives."""

load("//rules/deb:providers.bzl", "DebPackagesInfo")
load(":action.bzl", "IMAGE_ACTION_ATTRS", "image_action")

_SYSIMAGE = "//rules/toolchains:sysimage_toolchain_type"

# A package from this size (compressed) has an action of its own: unpacking it takes as long as a group of small ones.
_LARGE_BYTES = 4 * 1000 * 1000

# Groups of small packages. More of them spread better over cores and re-run less after an update; each costs about 0.1 s of process start.
_GROUPS = 6

DebLayersInfo = provider(
    doc = "Unpacked packages.",
    fields = {
        "layers": "list of File: tar archives of packages without excluded files; each package's control files lie below .icos/control/NAME (tools/image/layer/format.ts).",
    },
)

def _groups(packages):
    """Packages by layer. A package stays in its layer whatever else is in the set, so an update re-runs one action."""
    groups = {}
    for package in packages:
        # string.hash is that of Java and the same everywhere: https://bazel.build/rules/lib/globals/all#hash
        key = package.name if package.size >= _LARGE_BYTES else "small-%d" % (hash(package.name) % _GROUPS)
        groups.setdefault(key, []).append(package)
    return groups

def _deb_layers_impl(ctx):
    packages = {}
    for target in ctx.attr.packages:
        for package in target[DebPackagesInfo].packages:
            known = packages.get(package.name)
            if known and known.version != package.version:
                fail("{}: package {} comes in versions {} and {}".format(ctx.label, package.name, known.version, package.version))
            packages[package.name] = package
    if not packages:
        fail("{}: packages: expected at least one package, got none".format(ctx.label))

    xz = ctx.toolchains[_SYSIMAGE].tools["xz"]
    layers = []
    for key, members in sorted(_groups(packages.values()).items()):
        layer = ctx.actions.declare_file("{}/{}.tar".format(ctx.label.name, key))
        files = [package.file for package in sorted(members, key = lambda package: package.name)]
        args = ctx.actions.args()
        args.add("--xz", xz.executable)
        args.add("--output", layer)
        args.add_all(ctx.attr.exclude, before_each = "--exclude")
        args.add_all(files)
        image_action(
            ctx,
            executable = ctx.executable._tool,
            arguments = [args],
            tools = [ctx.attr._tool[DefaultInfo].files_to_run, xz.files],
            inputs = files,
            outputs = [layer],
            mnemonic = "IcosDebLayer",
            progress_message = "Unpacking {} ({} packages) for %{{label}}".format(key, len(files)),
        )
        layers.append(layer)
    return [
        DefaultInfo(files = depset(layers)),
        DebLayersInfo(layers = layers),
    ]

deb_layers = rule(
    implementation = _deb_layers_impl,
    doc = """Unpacks packages into tar archives, several at a time, without what the image leaves out.

    deb_layers(
        name = "layers",
        packages = ["@guestos_debs//:base"],
        exclude = ["/usr/share/man", "/usr/share/doc", "!/usr/share/doc/*/copyright"],
    )
""",
    attrs = IMAGE_ACTION_ATTRS | {
        "exclude": attr.string_list(
            doc = "Globs of absolute paths to leave out, with all below them: `*`, `**`, `?`, `{a,b}`. `!GLOB` keeps what another one leaves out.",
        ),
        "packages": attr.label_list(
            doc = "Sets of packages. One that several sets have is unpacked once; their versions must agree.",
            mandatory = True,
            providers = [DebPackagesInfo],
        ),
        "_tool": attr.label(default = "//tools/image/layer:deb_layer", executable = True, cfg = "exec"),
    },
    provides = [DebLayersInfo],
    toolchains = [_SYSIMAGE],
)
