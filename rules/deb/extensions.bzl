"""Module extension `deb`: Debian packages by the sums of a packages.lock.json.

    deb = use_extension("@rules_icos//rules/deb:extensions.bzl", "deb")
    deb.packages(name = "my_debs", lock = "//image:packages.lock.json")
    use_repo(deb, "my_debs")

Then `@my_debs//:base` are the packages of the set `base` and `@my_debs//:curl` is one package.
"""

load("//rules/deb/private:define.bzl", "define_packages", "define_tools")

_packages = tag_class(
    doc = "The packages of a lock, one repository each, and a repository with a target for each package and set.",
    attrs = {
        "lock": attr.label(mandatory = True, doc = "packages.lock.json; see rules/deb/README.md."),
        "name": attr.string(mandatory = True, doc = "Name of the repository. One name space for all modules: give it your module's prefix."),
    },
)

_tools = tag_class(
    doc = "Programs of a lock's set, which run anywhere: with the loader and libraries of their packages.",
    attrs = {
        "arguments": attr.string_list_dict(doc = "By program: arguments put before the caller's. `{prefix}` stands for the folder that the packages are unpacked in."),
        "data": attr.string_list_dict(doc = "By program: globs of the files it reads at run time, below that folder."),
        "environment": attr.string_list_dict(doc = "By program: `NAME=value`, with `{prefix}` as above."),
        "files": attr.string_list_dict(doc = "Further filegroups: name to globs."),
        "lock": attr.label(mandatory = True, doc = "packages.lock.json."),
        "name": attr.string(mandatory = True, doc = "Name of the repository. One name space for all modules."),
        "programs": attr.string_list(mandatory = True, doc = "Programs, each of which becomes a `deb_tool` target: `name`, searched in usr/bin, usr/sbin and usr/libexec, or `name=path`."),
        "set": attr.string(mandatory = True, doc = "Set of the lock to unpack."),
        "opens": attr.string_list_dict(doc = "By program: shared libraries that it opens by name (dlopen), as paths in the packages; what they need comes along."),
        "starts": attr.string_list_dict(doc = "By program: other programs of the set that it finds in PATH."),
    },
)

def _deb_impl(mctx):
    for module in mctx.modules:
        for tag in module.tags.packages:
            define_packages(mctx, tag)
        for tag in module.tags.tools:
            define_tools(mctx, tag)
    return mctx.extension_metadata(reproducible = True)

deb = module_extension(
    implementation = _deb_impl,
    doc = "Makes Debian packages and the programs in them available as repositories.",
    tag_classes = {"packages": _packages, "tools": _tools},
)
