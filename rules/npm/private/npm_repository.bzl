"""The repository that holds all packages of one package-lock.json."""

load("//rules/npm/private:lock.bzl", "closure", "is_nested", "package_name", "read_lock", "tarball_url")
load("//rules/npm/private:registry.bzl", "npm_registry")

_BUILD = """\"\"\"npm packages of {lock}. Written by rules/npm; do not edit.\"\"\"

load("{rules}//rules/npm:defs.bzl", "npm_package")

package(default_visibility = ["//visibility:public"])

# The whole tree, for programs such as jest that search it at run time.
exports_files(["node_modules"])

"""

_PACKAGE = """npm_package(
    name = "{name}",
    package = "{package}",
    directories = {directories},
)
"""

# Not every tarball's top folder is called `package`, hence tar's own stripping.
_UNPACK = "mkdir -p '{to}' && tar -xzf '{archive}' -C '{to}' --strip-components=1 --no-same-owner --no-same-permissions"

# A BUILD file inside a package would make it a Bazel package of its own.
_CLEAN = "find node_modules \\( -name BUILD -o -name BUILD.bazel -o -name WORKSPACE -o -name MODULE.bazel \\) -exec rm -f {} +; chmod -R a+rX node_modules; rm -rf archives"

def _npm_repository_impl(rctx):
    packages = read_lock(rctx.read(rctx.attr.lock), str(rctx.attr.lock))
    registry = npm_registry(rctx)
    pending = []
    steps = ["set -e"]
    for path, entry in packages.items():
        archive = "archives/" + path.replace("/", "+") + ".tgz"
        pending.append(rctx.download(
            url = tarball_url(registry, path, entry),
            output = archive,
            integrity = entry["integrity"],
            block = False,
        ))
        steps.append(_UNPACK.format(to = path, archive = archive))
    for download in pending:
        download.wait()
    rctx.report_progress("unpacking {} packages".format(len(packages)))
    rctx.file("unpack.sh", "\n".join(steps + [_CLEAN]))
    result = rctx.execute(["sh", "unpack.sh"], timeout = 600)
    if result.return_code:
        fail("npm: unpacking the packages of {} failed:\n{}".format(rctx.attr.lock, result.stderr))
    rctx.delete("unpack.sh")

    rules = str(Label("//:MODULE.bazel")).partition("//")[0]
    build = [_BUILD.format(lock = rctx.attr.lock, rules = rules)]
    for path, entry in packages.items():
        if is_nested(path):
            continue
        build.append(_PACKAGE.format(
            name = path.removeprefix("node_modules/"),
            package = package_name(path, entry),
            directories = json.encode(closure(packages, path)),
        ))
    for path, name in rctx.attr.programs.items():
        # A link would lie inside the package's folder, which is an input of its own.
        steps = ["mkdir -p bin", "ln '{}' 'bin/{}'".format(path, name)]
        result = rctx.execute(["sh", "-ec", "; ".join(steps)])
        if result.return_code:
            fail("npm: program {} of {}: {}".format(path, rctx.attr.lock, result.stderr))
        build.append("exports_files([\"bin/{}\"])\n".format(name))
    rctx.file("BUILD.bazel", "\n".join(build))

npm_repository = repository_rule(
    implementation = _npm_repository_impl,
    doc = "Downloads every package of a lock file, checked against its integrity sums, and lays out one `node_modules` tree.",
    attrs = {
        "lock": attr.label(allow_single_file = True, mandatory = True, doc = "package-lock.json, lockfileVersion 3."),
        "programs": attr.string_dict(doc = "Native programs inside packages that a build needs by label: path of the file to its name below `bin/`."),
    },
)
