"""Names of image files."""

def image_name(ctx):
    """File of an image target: the target's name, with `.img` unless it has an extension of its own.

    Args:
      ctx: the rule context.

    Returns:
      string.
    """
    name = ctx.label.name
    return name if "." in name.rpartition("/")[2] else name + ".img"
