"""Files and the paths they get inside an image."""

FILES_DOC = """Files to put in: label to `/path` or `/path:mode`, such as `{"//x:vmlinuz": "/vmlinuz", ":run": "/bin/run:0755"}`.
`/` is the top of the image and may be left out; the mode is octal, 0644 when absent. They win over the content of archives."""

def file_flags(ctx):
    """Flags for the tools' `--file`, byte-wise sorted by path.

    Args:
      ctx: context of a rule with an attribute `files`, a label_keyed_string_dict.

    Returns:
      list of strings.
    """
    flags = []
    for target, path in ctx.attr.files.items():
        files = target[DefaultInfo].files.to_list()
        if len(files) != 1:
            fail("{}: files: expected one file from {}, got {}".format(ctx.label, target.label, len(files)))
        flags.append("--file={}={}".format(path, files[0].path))
    return sorted(flags)
