"""The `testnet` macro: several nodes of one image on a network of their own, as commands."""

load("//rules/image:providers.bzl", "DiskImageInfo", "UpdateImageInfo")
load("//rules/vm:providers.bzl", "TestnetInfo")
load(":check_vm_name.bzl", "check_vm_name", "typed_label")
load(":runfiles.bzl", "runfiles_path")
load(":vm_command.bzl", "VM_COMMAND_ATTRS", "vm_command")
load(":vm_tools.bzl", "FARM_SETTINGS", "VM_TOOLCHAINS", "collect_vm_tools", "farm_settings")

_COMMANDS = {
    "create": "Creates the testnet and leaves it running; one JSON object on stdout, everything else on stderr.",
    "destroy": "Ends every node and removes their disks.",
    "extend": "Lets a testnet on a farm live longer, `-- --ttl TIME`.",
    "logs": "`-- NODE`: shows a node's journal, `--console` its console.",
    "ssh": "`-- NODE [COMMAND...]`: logs in to a node, or runs a command in it.",
    "upgrade": "`-- VERSION`: upgrades node after node; stops at the first that is not healthy afterwards.",
    "status": "Shows every node's state, `--json` as one object. Exit code 5 when one is not healthy.",
}

def _testnet_impl(ctx):
    check_vm_name(ctx.label, ctx.attr.testnet, "testnet")
    nodes = []
    for subnet, count in ctx.attr.subnets.items():
        check_vm_name(ctx.label, subnet, "subnets")
        if not count.isdigit() or int(count) < 1:
            fail("{}: subnets: {}: expected a number of nodes, at least 1, got \"{}\"".format(ctx.label, subnet, count))
        nodes += [{"name": "{}-{}".format(subnet, number + 1), "subnet": subnet} for number in range(int(count))]
    names = [node["name"] for node in nodes]
    twice = [name for index, name in enumerate(names) if name in names[:index]]
    if twice:
        fail("{}: subnets: two nodes would be called {}".format(ctx.label, twice[0]))
    if len(nodes) > 240:
        fail("{}: subnets: expected at most 240 nodes in all, got {}".format(ctx.label, len(nodes)))
    tools = collect_vm_tools(ctx)
    disk = ctx.attr.image[DiskImageInfo]
    image = {"label": typed_label(ctx.attr.image.label), "manifest": runfiles_path(ctx, disk.manifest)}
    files = [disk.manifest] + disk.images.values()
    if ctx.file.version_file:
        image["version"] = runfiles_path(ctx, ctx.file.version_file)
        files.append(ctx.file.version_file)
    images = {}
    for target, subnets in ctx.attr.images.items():
        other = target[DiskImageInfo]
        files += [other.manifest] + other.images.values()
        for subnet in subnets.split(" "):
            if subnet not in ctx.attr.subnets:
                fail("{}: images: expected one of the subnets {}, got \"{}\"".format(ctx.label, ", ".join(ctx.attr.subnets.keys()), subnet))
            images[subnet] = {"label": typed_label(target.label), "manifest": runfiles_path(ctx, other.manifest)}
    description = farm_settings(ctx) | {
        "cpus": ctx.attr.cpus,
        "image": image,
        "images": images,
        "label": typed_label(ctx.label),
        "memoryMiB": ctx.attr.memory_mib,
        "name": ctx.attr.testnet,
        "nodes": nodes,
        "tools": tools.paths,
        "updates": [
            {
                "archive": runfiles_path(ctx, update[UpdateImageInfo].archive),
                "manifest": runfiles_path(ctx, update[UpdateImageInfo].manifest),
                "name": version,
            }
            for update, version in ctx.attr.updates.items()
        ],
        "user": ctx.attr.user,
    }
    updates = [file for update in ctx.attr.updates for file in [update[UpdateImageInfo].archive, update[UpdateImageInfo].manifest]]
    output = ctx.actions.declare_file(ctx.label.name + ".testnet.json")
    ctx.actions.write(output, json.encode_indent(description, indent = "  ") + "\n")
    return [
        DefaultInfo(files = depset([output])),
        TestnetInfo(description = output, image_runfiles = ctx.runfiles(files), runfiles = ctx.runfiles([output]).merge(tools.runfiles), testnet = ctx.attr.testnet, update_runfiles = ctx.runfiles(updates)),
    ]

_testnet = rule(
    implementation = _testnet_impl,
    doc = "Describes a testnet, see tools/testnet/description.ts. `testnet` makes the commands too.",
    attrs = FARM_SETTINGS | {
        "cpus": attr.int(doc = "See `testnet`."),
        "image": attr.label(mandatory = True, providers = [DiskImageInfo], doc = "See `testnet`."),
        "images": attr.label_keyed_string_dict(providers = [DiskImageInfo], doc = "Subnets, with a blank between, by the image that their nodes boot instead."),
        "memory_mib": attr.int(default = 4096, doc = "See `testnet`."),
        "subnets": attr.string_dict(mandatory = True, allow_empty = False, doc = "Number of nodes by subnet."),
        "testnet": attr.string(mandatory = True, doc = "Name of the testnet."),
        "updates": attr.label_keyed_string_dict(providers = [UpdateImageInfo], doc = "See `testnet`."),
        "user": attr.string(default = "root", doc = "See `testnet`."),
        "version_file": attr.label(allow_single_file = True, doc = "See `testnet`."),
    },
    provides = [TestnetInfo],
    toolchains = VM_TOOLCHAINS,
)

def _testnet_command_impl(ctx):
    info = ctx.attr.testnet[TestnetInfo]
    runfiles = info.runfiles
    if ctx.attr.command == "create":
        runfiles = runfiles.merge(info.image_runfiles)
    if ctx.attr.command == "upgrade":
        runfiles = runfiles.merge(info.update_runfiles)
    return [vm_command(ctx, [ctx.attr.command, "--target", runfiles_path(ctx, info.description)], runfiles)]

_testnet_command = rule(
    implementation = _testnet_command_impl,
    doc = "A command about a testnet.",
    attrs = VM_COMMAND_ATTRS | {
        "command": attr.string(mandatory = True, values = _COMMANDS.keys(), doc = "What to do."),
        "testnet": attr.label(mandatory = True, providers = [TestnetInfo], doc = "With which testnet."),
        "_program": attr.label(default = "//tools/testnet:cli", executable = True, cfg = "target"),
    },
    executable = True,
)

def testnet(name, image, subnets, images = {}, updates = {}, prefix = "", testnet = None, tags = [], testonly = False, visibility = None, **kwargs):
    """Nodes of one image, and the commands about them: on this machine, on a network of their own, or on a farm.

    Makes the targets `create`, `status`, `ssh`, `logs`, `upgrade`, `extend` and `destroy`, for `bazel run`. `--config=systest` lets `create` make it on a farm. A node is called by its subnet and its number there: `app-1`.
    The nodes' configuration names those of the first subnet as their NNS.

    Args:
      name: name of the target that describes the testnet; the commands stand beside it.
      image: a `disk_image` that every node boots.
      images: dict from a subnet to the `disk_image` that its nodes boot instead: several versions in one testnet.
      subnets: dict from the name of a subnet to the number of its nodes, in the order of their start: `{"nns": 1, "app": 3}`.
      updates: dict from a version, as one types it after `upgrade`, to an `update_image`.
      prefix: put before the commands' names, for a package with several testnets.
      testnet: name of the testnet on this machine; default: `name`. Lower-case letters, digits, hyphens.
      tags: as in every rule.
      testonly: as in every rule.
      visibility: as in every rule.
      **kwargs: `memory_mib` and `cpus` of each node (4096; 0: 2 with KVM, 1 emulated), `user` for SSH (`root`), `version_file` of the image.
    """
    common = {"tags": tags, "testonly": testonly, "visibility": visibility}
    for command in _COMMANDS:
        _testnet_command(name = prefix + command, command = command, testnet = name, **common)
    _testnet(
        name = name,
        image = image,
        images = {other: " ".join([subnet for subnet, its in images.items() if its == other]) for other in images.values()},
        subnets = {subnet: str(count) for subnet, count in subnets.items()},
        testnet = testnet or name,
        updates = {update: version for version, update in updates.items()},
        **(common | kwargs)
    )
