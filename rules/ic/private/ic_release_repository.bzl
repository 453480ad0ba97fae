"""The repository with the programs of one release."""

load(":pins.bzl", "read_pins")

_BUILD = """\"\"\"Programs of release {release}. Written by rules/ic; do not edit.\"\"\"

load("{rules}//rules/ic:defs.bzl", "ic_program")

package(default_visibility = ["//visibility:public"])

filegroup(
    name = "all",
    srcs = {names},
)
"""

_PROGRAM = """
ic_program(
    name = "{name}",
    src = "published/{name}",
    compression = "{compression}",
)
"""

_SERVICES = """\"\"\"Where the programs of release {release} go in an image: for `services` of icos_build.\"\"\"

SERVICES = {{
{entries}}}
"""

_UNAVAILABLE = """ic_release: {count} of {total} programs of release {release} cannot be had, or are not what {pins} says:
{failed}
  Published elsewhere? --repo_env=ICOS_IC_RELEASE_URL=URL instead of {base}
  See what differs:    bazel run @rules_icos//tools/ic-release:pin -- --check --output FILE"""

def _ic_release_repository_impl(rctx):
    pins = read_pins(rctx.read(rctx.attr.pins), rctx.attr.pins)
    base = (rctx.getenv("ICOS_IC_RELEASE_URL") or pins.base_url).rstrip("/")
    downloads = [
        (file, rctx.download(
            url = "{}/{}".format(base, file["path"]),
            output = "published/" + file["name"],
            sha256 = file["sha256"],
            executable = True,
            allow_fail = True,
            block = False,
        ))
        for file in pins.files
    ]
    failed = [file for file, download in downloads if not download.wait().success]
    if failed:
        fail(_UNAVAILABLE.format(
            base = base,
            count = len(failed),
            failed = "\n".join(["  {}/{}, sha256 {}".format(base, file["path"], file["sha256"]) for file in failed]),
            pins = rctx.attr.pins,
            release = pins.release,
            total = len(pins.files),
        ))
    names = [file["name"] for file in pins.files]
    rctx.file("BUILD.bazel", _BUILD.format(
        names = json.encode([":" + name for name in names]),
        release = pins.release,
        rules = str(Label("//:MODULE.bazel")).partition("//")[0],
    ) + "".join([_PROGRAM.format(name = file["name"], compression = file["compression"]) for file in pins.files]))

    # Labels as this repository means them: a string of the loading file would mean another one.
    entries = ["    str(Label(\"//:{name}\")): \"{directory}/{name}:0755\",\n".format(name = name, directory = rctx.attr.directory) for name in names]
    rctx.file("services.bzl", _SERVICES.format(entries = "".join(entries), release = pins.release))

ic_release_repository = repository_rule(
    implementation = _ic_release_repository_impl,
    doc = "Downloads the programs of a pin file, each checked by its sum. ICOS_IC_RELEASE_URL names another place that publishes them.",
    attrs = {
        "directory": attr.string(mandatory = True, doc = "Where `SERVICES` puts the programs in an image."),
        "pins": attr.label(allow_single_file = True, mandatory = True, doc = "The pin file."),
    },
)
