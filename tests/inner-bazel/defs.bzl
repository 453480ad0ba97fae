"""`inner_bazel_test`: a jest test that runs a Bazel of its own on the workspace."""

load("//rules/typescript:defs.bzl", "jest_test")

# Of every test that runs a Bazel of its own.
INNER_BAZEL_TAGS = [
    # Beside a guest it takes longer, and keeps a core busy that would wait for the guest. Its server and its actions take so much memory.
    "cpu:1",
    "resources:memory:2500",
    # One of them at a time, see .bazelrc: some share a folder that lasts.
    "resources:inner_bazel:1",
    # What it builds is no input that Bazel knows: an old result says nothing.
    "external",
    "local",
    "no-remote",
    "requires-network",
]

def inner_bazel_test(name, srcs, data = [], deps = [], **kwargs):
    """A test that runs Bazel: it needs the workspace itself, its caches and the network.

    Args:
      name: name of the test.
      srcs: its jest files.
      data: what else it reads or starts at run time; `tools/bazel` and the workspace's MODULE.bazel are there.
      deps: libraries beside `//tests/inner-bazel` and jest.
      **kwargs: as for `jest_test`.
    """
    jest_test(
        name = name,
        size = "large",
        srcs = srcs,
        data = ["//:MODULE.bazel", "//tools:bazel"] + data,
        # Where the host has npm and apt, and which registry and mirror its user set.
        env_inherit = [
            "HOME",
            "ICOS_BAZEL",
            "ICOS_BAZEL_CACHE",
            "ICOS_DEBIAN_MIRROR",
            "NPM_CONFIG_REGISTRY",
            "PATH",
            "XDG_CACHE_HOME",
        ],
        tags = INNER_BAZEL_TAGS,
        test_timeout_seconds = 800,
        deps = deps + ["//tests/inner-bazel", "@npm//:@jest/globals"],
        **kwargs
    )
