"""Where files are at run time."""

def runfiles_path(ctx, file):
    """Path of a file below the runfiles folder: what `runfile()` of tools/lib/runfiles.ts takes."""
    if file.short_path.startswith("../"):
        return file.short_path.removeprefix("../")
    return ctx.workspace_name + "/" + file.short_path
