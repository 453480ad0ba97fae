"""Programs of the sysimage toolchain in actions."""

SYSIMAGE = "//rules/toolchains:sysimage_toolchain_type"

def program(ctx, name):
    """A program of the toolchain.

    Args:
      ctx: context of a rule with `toolchains = [SYSIMAGE]`.
      name: the program, such as `mke2fs`.

    Returns:
      struct(path, files): where it is, and what to give as `tools` of the action that runs it.
    """
    tool = ctx.toolchains[SYSIMAGE].tools[name]
    return struct(path = tool.executable.path, files = tool.files)
