"""The `update_image` rule."""

load("//rules/image:providers.bzl", "FilesystemImageInfo", "PartitionTableInfo", "UpdateImageInfo", "VerityInfo")
load(":action.bzl", "IMAGE_ACTION_ATTRS", "image_action")
load(":sysimage.bzl", "SYSIMAGE", "program")
load(":update_signature.bzl", "SIGNATURE_ATTRS", "sign_manifest")

def _describe(ctx, boot, root):
    manifest = ctx.actions.declare_file(ctx.label.name + ".manifest.json")
    verity = root[VerityInfo]
    table = ctx.attr.table[PartitionTableInfo].table
    generation = [ctx.file.generation_file] if ctx.file.generation_file else []
    args = ctx.actions.args()
    args.add("manifest")
    args.add("--boot", boot)
    args.add("--root", verity.image)
    args.add("--verity", verity.params)
    args.add("--table", table)
    args.add_all(ctx.attr.boot_partitions, before_each = "--boot-partition")
    args.add_all(ctx.attr.root_partitions, before_each = "--root-partition")
    args.add("--version-file", ctx.file.version_file)
    args.add_all(generation, before_each = "--generation-file")
    args.add("--out", manifest)
    image_action(
        ctx,
        executable = ctx.executable._tool,
        arguments = [args],
        inputs = [boot, verity.image, verity.params, table, ctx.file.version_file] + generation,
        outputs = [manifest],
        mnemonic = "IcosUpdateManifest",
        progress_message = "Describing the update %{label}",
    )
    return manifest

def _update_image_impl(ctx):
    archive = ctx.actions.declare_file(ctx.label.name)
    boot = ctx.attr.boot[FilesystemImageInfo].image
    root = ctx.attr.root[VerityInfo].image
    manifest = _describe(ctx, boot, ctx.attr.root)
    signature = sign_manifest(ctx, manifest)
    signatures = [signature] if signature else []
    zstd = program(ctx, "zstd")
    args = ctx.actions.args()
    args.add("pack")
    args.add("--manifest", manifest)
    args.add_all(signatures, before_each = "--signature")
    args.add("--version-file", ctx.file.version_file)
    args.add("--boot", boot)
    args.add("--root", root)
    args.add("--zstd", zstd.path)
    args.add("--level", ctx.attr.level)
    args.add("--out", archive)
    image_action(
        ctx,
        executable = ctx.executable._tool,
        arguments = [args],
        inputs = [manifest, boot, root, ctx.file.version_file] + signatures,
        tools = [zstd.files],
        outputs = [archive],
        mnemonic = "IcosUpdateImage",
        progress_message = "Packing the update %{label}",
    )
    return [
        DefaultInfo(files = depset([archive])),
        UpdateImageInfo(archive = archive, manifest = manifest, signature = signature),
        OutputGroupInfo(manifest = depset([manifest]), signature = depset(signatures)),
    ]

update_image = rule(
    implementation = _update_image_impl,
    doc = """What an upgrade writes to the other slot, as a compressed tar named as the target (`update-img.tar.zst`).

Members, in this order: `manifest.json` (what tools/image/update/manifest.ts describes), `manifest.json.sig` (tools/image/update/signature.ts),
`VERSION.TXT`, `boot.img`, `root.img`; images without their holes (GNU tar's sparse format). What decides whether a system accepts the image
comes first, so that it may be read from a stream and refused before anything is written.

The manifest is signed by `signing_key`, or by the program `signer`. With neither the image is built all the same, the build says that it is
not signed, and no system accepts it. Output groups: `manifest`, `signature`.""",
    attrs = {
        "boot": attr.label(mandatory = True, providers = [FilesystemImageInfo], doc = "Image of the boot partition; its boot_args name the root."),
        "boot_partitions": attr.string_list(default = ["A_boot", "B_boot"], doc = "Partitions that `boot` is written to, one a slot: it must fit in each."),
        "generation_file": attr.label(allow_single_file = True, doc = "A whole number, one line; 0 without it. A system refuses images of a lower generation than its own."),
        "level": attr.int(default = 2, doc = "Level of zstd, 1 to 19."),
        "root": attr.label(mandatory = True, providers = [VerityInfo], doc = "Image of the root partition."),
        "root_partitions": attr.string_list(default = ["A_root", "B_root"], doc = "As boot_partitions, for `root`."),
        "table": attr.label(mandatory = True, providers = [PartitionTableInfo], doc = "The partition table of the disks that the update is for."),
        "version_file": attr.label(allow_single_file = True, mandatory = True, doc = "The version, one line, one word."),
        "_tool": attr.label(default = "//tools/image/update:cli", executable = True, cfg = "exec"),
    } | SIGNATURE_ATTRS | IMAGE_ACTION_ATTRS,
    provides = [UpdateImageInfo],
    toolchains = [SYSIMAGE],
)
