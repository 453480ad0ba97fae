"""The `determinism_test` rule: the same bytes from another machine."""

load("//rules/typescript/private:launcher.bzl", "runfiles_path", "write_launcher")

_PERTURBATION = "//rules/image/perturbation:perturbation"

def _perturbed_impl(_settings, _attr):
    return {_PERTURBATION: True}

_perturbed = transition(implementation = _perturbed_impl, inputs = [], outputs = [_PERTURBATION])

def _determinism_test_impl(ctx):
    here = ctx.files.srcs
    there = ctx.files.perturbed
    for i in range(len(here)):
        if here[i].path == there[i].path:
            fail("{}: {} is a source file or does not depend on the perturbation; nothing would be compared".format(ctx.label, here[i].path))

    # Both configurations give a file the same runfiles path, so the perturbed ones come under a name of their own.
    links = {"perturbed/" + runfiles_path(ctx, f): f for f in there}
    launcher = write_launcher(ctx, ctx.file._template, {
        "FILES": " ".join(["'" + runfiles_path(ctx, f) + "'" for f in here]),
        "LABEL": str(ctx.label),
    })
    return [DefaultInfo(executable = launcher, runfiles = ctx.runfiles(here, root_symlinks = links))]

_determinism_test = rule(
    implementation = _determinism_test_impl,
    attrs = {
        "perturbed": attr.label_list(mandatory = True, allow_files = True, cfg = _perturbed),
        "srcs": attr.label_list(mandatory = True, allow_files = True),
        "_allowlist_function_transition": attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist"),
        "_template": attr.label(default = "//rules/image/perturbation:compare.sh.tpl", allow_single_file = True),
    },
    test = True,
)

def determinism_test(name, srcs, **kwargs):
    """Builds image stages a second time, as another user of another machine would, and compares every byte.

    The second build has another clock, user, home, host name, umask, locale, time zone, temporary folder,
    output path, directory order and core count. A difference fails the test, which names the stage and the first differing byte.

    Args:
      name: name of the test.
      srcs: the stages: targets of the image rules. All their files are compared.
      **kwargs: as for every test.
    """
    _determinism_test(name = name, srcs = srcs, perturbed = srcs, **kwargs)
