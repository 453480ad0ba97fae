"""The `file_tar` rule: a small archive of files, for adding them to a root file system."""

load(":action.bzl", "IMAGE_ACTION_ATTRS", "image_action")

def _file_tar_impl(ctx):
    output = ctx.actions.declare_file(ctx.label.name + ".tar")
    recipe = ctx.actions.declare_file(ctx.label.name + ".recipe.json")
    files = []
    for target, spec in ctx.attr.files.items():
        sources = target[DefaultInfo].files.to_list()
        if len(sources) != 1:
            fail("{}: files: {} gives {} files, expected one".format(ctx.label, target.label, len(sources)))
        files.append(struct(label = str(target.label), source = sources[0].path, spec = spec))
    ctx.actions.write(recipe, json.encode_indent(struct(
        label = str(ctx.label),
        files = files,
        symlinks = ctx.attr.symlinks,
        directories = ctx.attr.directories,
        parents = ctx.attr.parents,
    )))
    args = ctx.actions.args()
    args.add("--recipe", recipe)
    args.add("--output", output)
    image_action(
        ctx,
        executable = ctx.executable._tool,
        arguments = [args],
        tools = [ctx.attr._tool[DefaultInfo].files_to_run],
        inputs = ctx.files.files + [recipe],
        outputs = [output],
        mnemonic = "IcosFileTar",
        progress_message = "Packing %{label}",
    )
    return [DefaultInfo(files = depset([output]))]

file_tar = rule(
    implementation = _file_tar_impl,
    doc = "Writes NAME.tar of files, links and folders: sorted, times SOURCE_DATE_EPOCH, ending with exactly 1024 zero bytes.",
    attrs = IMAGE_ACTION_ATTRS | {
        "directories": attr.string_list(doc = "Folders: `/path:mode` or `/path:mode:uid:gid`."),
        "files": attr.label_keyed_string_dict(doc = "Label to `/path:mode` or `/path:mode:uid:gid`.", allow_files = True),
        "parents": attr.bool(doc = "Also write the folders above the entries (root:root, 0755). Without, an archive appended to another leaves the other's folders as they are."),
        "symlinks": attr.string_dict(doc = "Absolute path of a link to its target."),
        "_tool": attr.label(default = "//tools/image/tar:file_tar", executable = True, cfg = "exec"),
    },
)
