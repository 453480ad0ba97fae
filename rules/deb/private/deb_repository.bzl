"""A repository that holds one .deb."""

load(":download.bzl", "finish_downloads", "start_download")

_BUILD = """\"\"\"Written by rules/deb; do not edit.\"\"\"

load("{rules}//rules/deb:defs.bzl", "deb_package")

deb_package(
    name = "package",
    deb = "{file}",
    package = "{name}",
    size = {size},
    version = "{version}",
    visibility = ["//visibility:public"],
)
"""

def _deb_repository_impl(rctx):
    package = json.decode(rctx.attr.package)
    mirrors = json.decode(rctx.read(rctx.attr.mirrors))

    # A few archives keep the version's epoch in file names; labels have no colons in them.
    file = package["path"].rpartition("/")[2].replace(":", "%3a")
    finish_downloads([start_download(rctx, package, mirrors, file)], rctx.attr.lock)
    rctx.file("BUILD.bazel", _BUILD.format(
        rules = str(Label("//:MODULE.bazel")).partition("//")[0],
        file = file,
        name = package["name"],
        size = package["size"],
        version = package["version"],
    ))

deb_repository = repository_rule(
    implementation = _deb_repository_impl,
    doc = "Downloads one .deb, checked against the lock's sha256. One repository a package: what a build does not use is not fetched.",
    attrs = {
        "lock": attr.string(mandatory = True, doc = "Label of the lock, for messages. A string: a changed lock must not fetch unchanged packages again."),
        "mirrors": attr.label(mandatory = True, doc = "mirrors.json of a `mirrors_repository`."),
        "package": attr.string(mandatory = True, doc = "The package's entry in the lock, as JSON."),
    },
)
