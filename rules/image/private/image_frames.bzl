"""The `image_frames` rule."""

load("//rules/image:providers.bzl", "FilesystemImageInfo", "FramesInfo")
load(":action.bzl", "IMAGE_ACTION_ATTRS", "image_action")

REUSE_ATTR = attr.label_list(
    providers = [FramesInfo],
    doc = "`image_frames` targets of images that the ones in here were made of. What is the same is copied, not compressed again.",
)

def reuse_flags(ctx):
    """Flags for the tools that write archives.

    Args:
      ctx: context of a rule with `reuse = REUSE_ATTR`.

    Returns:
      struct(flags, files): strings, and the Files to give as inputs.
    """
    frames = [target[FramesInfo] for target in ctx.attr.reuse]
    return struct(
        flags = ["--reuse={}={}={}".format(info.image.path, info.frames.path, info.index.path) for info in frames],
        files = [file for info in frames for file in [info.image, info.frames, info.index]],
    )

def _image_frames_impl(ctx):
    image = ctx.attr.src[FilesystemImageInfo].image
    frames = ctx.actions.declare_file(ctx.label.name + ".zst")
    index = ctx.actions.declare_file(ctx.label.name + ".json")
    args = ctx.actions.args()
    args.add("--image", image)
    args.add("--level", ctx.attr.level)
    args.add("--out", frames)
    args.add("--index", index)
    image_action(
        ctx,
        executable = ctx.executable._tool,
        arguments = [args],
        inputs = [image],
        outputs = [frames, index],
        mnemonic = "IcosFrames",
        progress_message = "Compressing %{label}",
    )
    return [
        DefaultInfo(files = depset([frames, index])),
        FramesInfo(frames = frames, image = image, index = index),
    ]

image_frames = rule(
    implementation = _image_frames_impl,
    doc = """Compresses an image in pieces, for archives of images that are made of it: `<name>.zst`, `<name>.json`.

An archive compresses what is new and copies the rest, while this ran beside other stages, or comes from a cache.
Such an archive has several zstd frames, which the zstd program and its library read as one; Node's zstd stream does not.""",
    attrs = {
        "level": attr.int(default = 2, doc = "Level of zstd, 1 to 19. Archives of another level have no use for the frames."),
        "src": attr.label(mandatory = True, providers = [FilesystemImageInfo], doc = "The image."),
        "_tool": attr.label(default = "//tools/image/archive:image_frames", executable = True, cfg = "exec"),
    } | IMAGE_ACTION_ATTRS,
    provides = [FramesInfo],
)
