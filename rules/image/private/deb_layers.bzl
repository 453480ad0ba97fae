"""The `deb_layers` rule: packages, unpacked into a few tar archives."""

load("//rules/deb:providers.bzl", "DebPackagesInfo")
load(":action.bzl", "IMAGE_ACTION_ATTRS", "image_action")

_SYSIMAGE = "//rules/toolchains:sysimage_toolchain_type"

# A package from this size (compressed) has an action of its own: unpacking it takes as long as a group of small ones.
_LARGE_BYTES = 4 * 1000 * 1000

# Groups of small packages. More of them spread better over cores and re-run less after an update; each costs about 0.1 s of process start.
_GROUPS = 6

# Up to this size (compressed, all together), small packages make one group: they take less time than the starts of six processes.
_ONE_GROUP_BYTES = 8 * 1000 * 1000

DebLayersInfo = provider(
    doc = "Unpacked packages.",
    fields = {
        "excludes": "list of string: globs of what was left out.",
        "layers": "list of File: tar archives of packages without excluded files; each package's control files lie below .icos/control/NAME (tools/image/layer/format.ts).",
        "own_layers": "dict: name of each package that has a layer of its own, to that File.",
        "versions": "dict: name of each package in the layers to its version.",
    },
)

def _groups(packages):
    """Packages by layer. Which layer a package is in hardly depends on the others, so an update re-runs one action."""
    small_bytes = 0
    for package in packages:
        small_bytes += package.size if package.size < _LARGE_BYTES else 0
    count = 1 if small_bytes <= _ONE_GROUP_BYTES else _GROUPS
    groups = {}
    for package in packages:
        # string.hash is that of Java and the same everywhere: https://bazel.build/rules/lib/globals/all#hash
        key = package.name if package.size >= _LARGE_BYTES else "small-%d" % (hash(package.name) % count)
        groups.setdefault(key, []).append(package)
    return groups

def _deb_layers_impl(ctx):
    base = ctx.attr.base[DebLayersInfo] if ctx.attr.base else None
    if base and base.excludes != ctx.attr.exclude:
        fail("{}: exclude: expected the globs of base {}, got others".format(ctx.label, ctx.attr.base.label))
    versions = dict(base.versions) if base else {}
    packages = []
    for target in ctx.attr.packages:
        for package in target[DebPackagesInfo].packages:
            known = versions.get(package.name)
            if known == None:
                versions[package.name] = package.version
                packages.append(package)
            elif known != package.version:
                fail("{}: package {} comes in versions {} and {}".format(ctx.label, package.name, known, package.version))
    if not versions:
        fail("{}: packages: expected at least one package, got none".format(ctx.label))

    xz = ctx.toolchains[_SYSIMAGE].tools["xz"]
    layers = []
    own_layers = dict(base.own_layers) if base else {}
    for key, members in sorted(_groups(packages).items()):
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
        if len(members) == 1:
            own_layers[members[0].name] = layer
    if base:
        layers = base.layers + layers
    return [
        DefaultInfo(files = depset(layers)),
        DebLayersInfo(excludes = ctx.attr.exclude, layers = layers, own_layers = own_layers, versions = versions),
    ]

deb_layers = rule(
    implementation = _deb_layers_impl,
    doc = """Unpacks packages into tar archives, several at a time, without what the image leaves out.

    deb_layers(
        name = "layers",
        packages = ["@guestos_debs//:base"],
        exclude = ["/usr/share/man", "/usr/share/doc", "!/usr/share/doc/*/copyright"],
    )

An environment with more packages adds only those:

    deb_layers(name = "layers-dev", base = ":layers", packages = ["@guestos_debs//:dev"], exclude = [...])
""",
    attrs = IMAGE_ACTION_ATTRS | {
        "base": attr.label(
            doc = "A `deb_layers` target whose layers are part of this one's: packages that it has are not unpacked again. Both need the same `exclude`.",
            providers = [DebLayersInfo],
        ),
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
