"""A rule whose output depends on the machine, in a way of choice: what determinism_test must find."""

load("//rules/image/private:action.bzl", "IMAGE_ACTION_ATTRS", "image_action")

def _leaky_impl(ctx):
    out = ctx.actions.declare_file(ctx.label.name)
    image_action(
        ctx,
        executable = ctx.executable._tool,
        arguments = [ctx.attr.leak, out.path],
        outputs = [out],
        mnemonic = "IcosLeak",
    )
    return [DefaultInfo(files = depset([out]))]

leaky = rule(
    implementation = _leaky_impl,
    attrs = {
        "leak": attr.string(mandatory = True, doc = "What the output depends on; see leak.ts. `nothing` for a file that is always the same."),
        "_tool": attr.label(default = ":leak", executable = True, cfg = "exec"),
    } | IMAGE_ACTION_ATTRS,
)
