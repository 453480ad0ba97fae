"""Runs a program over a view of the declared inputs. See view.mjs."""

load("//rules/toolchains/node:node_toolchain.bzl", "TOOLCHAIN_TYPE")

VIEW_ATTRS = {
    "_view": attr.label(default = "//rules/typescript/private:view.mjs", allow_single_file = True, cfg = "exec"),
}

def run_in_view(ctx, info, program, arguments, inputs = [], tools = [], stamp = None, failure = None, outputs = [], **kwargs):
    """Declares an action that runs `program` in a folder where exactly the declared npm packages can be imported.

    Args:
      ctx: rule context, with VIEW_ATTRS and the Node toolchain.
      info: TypeScriptInfo of what the program may read.
      program: path of a native program that `tools` holds; or None to run Node.
      arguments: its command line; paths are relative to the execution root.
      inputs: list of File, further inputs.
      tools: list of depset or File, what the program itself needs.
      stamp: File, an empty output written when the program succeeds, for a program that has no output of its own.
      failure: File, for tests of the rules: the program is expected to fail, and what it printed is the only output.
      outputs: list of File, what the program writes.
      **kwargs: for ctx.actions.run.
    """
    node = ctx.toolchains[TOOLCHAIN_TYPE].node
    args = ctx.actions.args()
    args.add(ctx.file._view)
    args.add_all(info.npm_directories, before_each = "--package", expand_directories = False)
    args.add_all(info.packages, before_each = "--self")
    if stamp:
        args.add("--stamp", stamp)
    if failure:
        args.add("--expect-failure", failure)
    args.add("--")
    args.add(program or node.path)
    ctx.actions.run(
        executable = node,
        arguments = [args] + arguments,
        inputs = depset(inputs, transitive = [info.sources, info.npm_directories]),
        tools = [node, ctx.file._view] + tools,
        outputs = [failure] if failure else outputs + ([stamp] if stamp else []),
        **kwargs
    )
