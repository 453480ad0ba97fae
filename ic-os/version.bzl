"""The `version_file` rule: the version of an image."""

load("@bazel_skylib//rules:common_settings.bzl", "BuildSettingInfo")

def _version_file_impl(ctx):
    out = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.write(out, ctx.attr.version[BuildSettingInfo].value + ctx.attr.suffix + "\n")
    return [DefaultInfo(files = depset([out]))]

version_file = rule(
    implementation = _version_file_impl,
    doc = "One line with the version that the build was given: `--//ic-os:version=...`. The file is named as the target.",
    attrs = {
        "suffix": attr.string(doc = "Put behind the version; `-test` tells the twin of an update image apart."),
        "version": attr.label(default = "//ic-os:version", doc = "Build setting that holds the version."),
    },
)
