"""Module extension `ic_release`: the programs of a release of the Internet Computer, by the sums of a pin file.

    ic = use_extension("@rules_icos//rules/ic:extensions.bzl", "ic_release")
    ic.release(name = "my_ic", pins = "//ic:ic-release.json")
    use_repo(ic, "my_ic")

Then `@my_ic//:replica` is a program, `@my_ic//:all` are all of them, and

    load("@my_ic//:services.bzl", "SERVICES")

gives the `services` of `icos_build`: label to `/opt/ic/bin/NAME:0755`. The pin file is written by

    bazel run @rules_icos//tools/ic-release:pin -- --base-url URL --release NAME --output ic/ic-release.json
"""

load("//rules/ic/private:ic_release_repository.bzl", "ic_release_repository")

_release = tag_class(
    doc = "The programs of one release.",
    attrs = {
        "directory": attr.string(default = "/opt/ic/bin", doc = "Where `SERVICES` puts the programs in an image."),
        "name": attr.string(mandatory = True, doc = "Name of the repository. One name space for all modules: give it your module's prefix."),
        "pins": attr.label(mandatory = True, doc = "Pin file; see rules/ic/README.md."),
    },
)

def _ic_release_impl(mctx):
    for module in mctx.modules:
        for tag in module.tags.release:
            ic_release_repository(name = tag.name, directory = tag.directory, pins = tag.pins)
    return mctx.extension_metadata(reproducible = True)

ic_release = module_extension(
    implementation = _ic_release_impl,
    doc = "Makes the programs of a release available as a repository.",
    tag_classes = {"release": _release},
)
