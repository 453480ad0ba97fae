"""The `unused_files_test` rule: every file of a folder goes into some image."""

def _unused_files_test_impl(ctx):
    used = {label: None for label in ctx.attr.used}
    unused = [f.short_path for f in ctx.files.srcs if "//{}:{}".format(ctx.label.package, f.short_path.removeprefix(ctx.label.package + "/")) not in used]
    launcher = ctx.actions.declare_file(ctx.label.name)
    lines = ["#!/bin/sh"] + ["echo '{}: no image uses this file: name it in guestos.bzl, or delete it'".format(f) for f in unused]
    ctx.actions.write(launcher, "\n".join(lines + ["exit {}".format(min(len(unused), 1)), ""]), is_executable = True)
    return [DefaultInfo(executable = launcher)]

unused_files_test = rule(
    implementation = _unused_files_test_impl,
    doc = "Fails for every file that no image takes, so that a component is not forgotten in a map.",
    attrs = {
        "srcs": attr.label_list(allow_files = True, mandatory = True, doc = "The files of the folder."),
        "used": attr.string_list(mandatory = True, doc = "Labels (`//package:file`) of the files that images take."),
    },
    test = True,
)
