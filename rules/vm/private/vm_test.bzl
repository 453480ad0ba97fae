"""The `vm_test` macro: jest tests that run against guests."""

load("//rules/image:providers.bzl", "DiskImageInfo")
load("//rules/typescript:defs.bzl", "jest_test")
load(":runfiles.bzl", "runfiles_path")
load(":vm_tools.bzl", "FARM_SETTINGS", "VM_TOOLCHAINS", "collect_vm_tools", "farm_settings")

def _vm_test_config_impl(ctx):
    tools = collect_vm_tools(ctx)
    images = {}
    files = []
    for target, name in ctx.attr.images.items():
        disk = target[DiskImageInfo]
        images[name] = {"label": str(target.label), "manifest": runfiles_path(ctx, disk.manifest)}
        files += [disk.manifest] + disk.images.values()
    output = ctx.actions.declare_file(ctx.label.name + ".json")
    ctx.actions.write(output, json.encode_indent({"accelerator": ctx.attr.accelerator, "images": images, "tools": tools.paths} | farm_settings(ctx), indent = "  ") + "\n")
    return [DefaultInfo(files = depset([output]), runfiles = ctx.runfiles([output] + files).merge(tools.runfiles))]

vm_test_config = rule(
    implementation = _vm_test_config_impl,
    doc = "Writes what a VM test needs to know, see tools/vm/testing/test-config.ts.",
    attrs = FARM_SETTINGS | {
        "accelerator": attr.string(default = "auto", values = ["auto", "kvm", "tcg"], doc = "See `vm_test`."),
        "images": attr.label_keyed_string_dict(providers = [DiskImageInfo], doc = "Disk images by the name the test uses."),
    },
    toolchains = VM_TOOLCHAINS,
)

def vm_test(name, srcs, images, deps = [], data = [], accelerator = "auto", backends = ["local", "farm"], guests = 1, size = "large", tags = [], test_env = {}, test_timeout_seconds = 900, **kwargs):
    """jest tests that start guests.

    A test writes `const guest = useGuest("dev", start)` and drives `guest.machine`, or has several guests on one network by `useGuests`: see
    rules/vm/README.md. The console's log, and after a failure the journal and a picture of the screen, land in the test's undeclared outputs.

    With `--config=systest` (`--//rules/vm:backend=farm`), or ICOS_VM_BACKEND=farm in its environment, the test runs on a farm.

    Args:
      name: name of the test target.
      srcs: test files.
      images: dict from the name a test uses to a `disk_image`.
      deps: what the tests import, beside `@jest/globals` and the driver.
      data: files and programs they use at run time.
      accelerator: `auto` takes KVM where it really runs a guest, else emulation; `kvm` and `tcg` insist.
      backends: where it can run: `["local"]` for a test that needs what a farm cannot do (rules/vm/README.md). It is skipped where it cannot.
      guests: how many guests of it run at once. Bazel starts only as many VM tests beside each other as the machine has processors for.
      size: as in every test. A guest under emulation takes a minute to boot.
      tags: as in every test.
      test_env: environment of the test; `$(rlocationpath :target)` of a `data` target is expanded.
      test_timeout_seconds: limit for one test case, the start of its guest included.
      **kwargs: as for `jest_test`.
    """
    config = name + ".guests"
    unknown = [backend for backend in backends if backend not in ["local", "farm"]]
    if unknown or not backends:
        fail("{}: backends: expected \"local\", \"farm\" or both, got {}".format(name, backends))
    incompatible = {
        Label("//rules/vm:on_farm"): [] if "farm" in backends else [Label("@platforms//:incompatible")],
        "//conditions:default": [] if "local" in backends else [Label("@platforms//:incompatible")],
    }
    vm_test_config(
        name = config,
        testonly = True,
        accelerator = accelerator,
        images = {image: by_name for by_name, image in images.items()},
        tags = ["manual"],
        visibility = ["//visibility:private"],
    )
    jest_test(
        name = name,
        size = size,
        srcs = srcs,
        data = data + [config],
        # An emulated guest keeps one processor busy while it boots, and touches about 1.5 GiB of its memory.
        target_compatible_with = kwargs.pop("target_compatible_with", []) + select(incompatible),
        tags = tags + ["cpu:{}".format(guests), "resources:memory:{}".format(1536 * guests)],
        test_env = test_env | {"VM_TEST": "$(rlocationpath :{})".format(config)},
        test_timeout_seconds = test_timeout_seconds,
        deps = deps + [
            # Labels of this repository, also when another one uses the macro.
            Label("//rules/vm:testing"),
            Label("//tools/vm"),
            Label("//tools/vm/testing"),
            Label("@npm//:@jest/globals"),
        ],
        **kwargs
    )
