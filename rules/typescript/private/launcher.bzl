"""The POSIX shell script that starts a bundle on the pinned Node."""

def runfiles_path(ctx, file):
    """Path of a file below the runfiles folder."""
    if file.short_path.startswith("../"):
        return file.short_path.removeprefix("../")
    return ctx.workspace_name + "/" + file.short_path

def write_launcher(ctx, template, substitutions):
    """Writes the executable of a target.

    Args:
      ctx: rule context.
      template: File, a shell script with `{{NAME}}` placeholders.
      substitutions: dict from placeholder name to text.

    Returns:
      File
    """
    launcher = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.expand_template(
        template = template,
        output = launcher,
        substitutions = {"{{" + name + "}}": text for name, text in substitutions.items()},
        is_executable = True,
    )
    return launcher
