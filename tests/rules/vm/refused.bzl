"""VM targets that must not build."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")
load("//rules/vm:defs.bzl", "vm_launch")

def _refused_impl(ctx):
    env = analysistest.begin(ctx)
    asserts.expect_failure(env, "vm: expected lower-case letters, digits and hyphens, first no hyphen, got \"Guest OS\"")
    return analysistest.end(env)

_refused_test = analysistest.make(_refused_impl, expect_failure = True)

def refused_test(name):
    """A name that the launcher would refuse at run time is refused by the build.

    Args:
      name: name of the test target.
    """
    vm_launch(name = name + ".subject", image = ":disk", tags = ["manual"], vm = "Guest OS")
    _refused_test(name = name, target_under_test = name + ".subject")
