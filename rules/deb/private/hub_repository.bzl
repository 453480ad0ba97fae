"""The repository that gives names to the packages and sets of a lock."""

_HEAD = """\"\"\"Packages of {lock}. Written by rules/deb; do not edit.\"\"\"

load("{rules}//rules/deb:defs.bzl", "deb_set")

package(default_visibility = ["//visibility:public"])
"""

_PACKAGE = """
alias(
    name = "{name}",
    actual = "@{repository}//:package",
)
"""

_SET = """
deb_set(
    name = "{name}",
    packages = {packages},
)
"""

def _hub_repository_impl(rctx):
    build = [_HEAD.format(lock = rctx.attr.lock, rules = str(Label("//:MODULE.bazel")).partition("//")[0])]
    for name, repository in rctx.attr.packages.items():
        if name not in rctx.attr.sets:
            build.append(_PACKAGE.format(name = name, repository = repository))
    for name, members in rctx.attr.sets.items():
        build.append(_SET.format(name = name, packages = json.encode_indent(
            ["@{}//:package".format(rctx.attr.packages[member]) for member in members],
            prefix = "    ",
            indent = "    ",
        )))
    rctx.file("BUILD.bazel", "".join(build))

hub_repository = repository_rule(
    implementation = _hub_repository_impl,
    doc = "One target a package and one a set of a lock.",
    attrs = {
        "lock": attr.string(mandatory = True, doc = "Label of the lock, for messages."),
        "packages": attr.string_dict(doc = "Repository of each package."),
        "sets": attr.string_list_dict(doc = "Packages of each set."),
    },
)
