"""Tests of what the rules of rules/deb provide."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")
load("//rules/deb:defs.bzl", "DebPackagesInfo")

def _deb_set_test_impl(ctx):
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    packages = target[DebPackagesInfo].packages
    asserts.equals(env, ctx.attr.expected, [p.name for p in packages])
    asserts.equals(env, [p.file for p in packages], target[DefaultInfo].files.to_list())
    for p in packages:
        asserts.true(env, p.file.basename.startswith(p.name + "_") and p.file.extension == "deb", "expected the .deb of {}, got {}".format(p.name, p.file.path))
        asserts.true(env, p.version != "", p.name + " has no version")
    return analysistest.end(env)

deb_set_test = analysistest.make(
    _deb_set_test_impl,
    attrs = {"expected": attr.string_list(doc = "Names of packages, in order.")},
)

def _deb_set_failure_test_impl(ctx):
    env = analysistest.begin(ctx)
    asserts.expect_failure(env, ctx.attr.message)
    return analysistest.end(env)

deb_set_failure_test = analysistest.make(
    _deb_set_failure_test_impl,
    attrs = {"message": attr.string(doc = "Part of the expected message.")},
    expect_failure = True,
)
