"""Module extension `npm`: packages by the integrity sums of a package-lock.json.

    npm = use_extension("@rules_icos//rules/npm:extensions.bzl", "npm")
    npm.lock(name = "my_npm", package_lock = "//:package-lock.json")
    use_repo(npm, "my_npm")

Then `@my_npm//:execa` is a dependency for `ts_project`, `esbuild` and `jest_test`.
"""

load("//rules/npm/private:npm_repository.bzl", "npm_repository")

_lock = tag_class(
    doc = "The packages of one lock file.",
    attrs = {
        "name": attr.string(mandatory = True, doc = "Name of the repository. One name space for all modules: give it your module's prefix."),
        "package_lock": attr.label(mandatory = True, doc = "package-lock.json, lockfileVersion 3."),
        "programs": attr.string_dict(doc = "Native programs inside packages that a build needs by label: path of the file to its name below `bin/`."),
    },
)

def _npm_impl(mctx):
    for module in mctx.modules:
        for lock in module.tags.lock:
            npm_repository(name = lock.name, lock = lock.package_lock, programs = lock.programs)
    return mctx.extension_metadata(reproducible = True)

npm = module_extension(
    implementation = _npm_impl,
    doc = "Makes npm packages available as repositories.",
    tag_classes = {"lock": _lock},
)
