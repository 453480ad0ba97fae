"""The `raw_disk` rule."""

load("//rules/image:providers.bzl", "DiskImageInfo")
load(":action.bzl", "IMAGE_ACTION_ATTRS", "image_action")
load(":disk_flags.bzl", "disk_flags")
load(":sysimage.bzl", "SYSIMAGE", "program")

def _raw_disk_impl(ctx):
    disk = ctx.attr.disk[DiskImageInfo]
    raw = ctx.actions.declare_file(ctx.label.name)
    setfattr = program(ctx, "setfattr")
    args = ctx.actions.args()
    args.add("raw")
    args.add_all(disk_flags(disk))
    args.add("--setfattr", setfattr.path)
    args.add("--out", raw)
    image_action(
        ctx,
        executable = ctx.executable._tool,
        arguments = [args],
        inputs = [disk.table] + disk.images.values(),
        tools = [setfattr.files],
        outputs = [raw],
        # Caches store holes as data: 50 GiB of them.
        execution_requirements = {"no-cache": "1", "no-remote": "1"},
        mnemonic = "IcosDiskImage",
        progress_message = "Writing the disk %{label}",
    )
    return [DefaultInfo(files = depset([raw]))]

raw_disk_rule = rule(
    implementation = _raw_disk_impl,
    doc = """The disk as a sparse file named as the target (`disk.img`).

Bazel hashes every output, holes included: 20 s for 50 GiB. The tool therefore leaves a digest in the extended attribute
`user.icos.digest`, which `startup --unix_digest_hash_attribute_name=user.icos.digest` makes Bazel take instead. It is not the hash of
the file but one over size, places and bytes of all data, so it differs whenever the file does; and it cannot be mistaken for
a hash in a shared cache, because the file goes to none. Without the attribute (no such file system, no such flag) Bazel only takes longer.""",
    attrs = {
        "disk": attr.label(mandatory = True, providers = [DiskImageInfo], doc = "A `disk_image`."),
        "_tool": attr.label(default = "//tools/image/disk:cli", executable = True, cfg = "exec"),
    } | IMAGE_ACTION_ATTRS,
    toolchains = [SYSIMAGE],
)

def raw_disk(name, disk, tags = [], **kwargs):
    """The disk as a sparse file, made only when asked for by name.

    Args:
      name: name of the target and of the file.
      disk: a `disk_image`.
      tags: as in every rule; `manual` is added, as `//...` has no use for it.
      **kwargs: as for every rule.
    """
    raw_disk_rule(name = name, disk = disk, tags = tags + ["manual", "no-cache", "no-remote"], **kwargs)
