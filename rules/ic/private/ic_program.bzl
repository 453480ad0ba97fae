"""The `ic_program` rule: one program of a release, ready for an image."""

def _ic_program_impl(ctx):
    program = ctx.actions.declare_file(ctx.label.name)
    if ctx.attr.compression == "gz":
        args = ctx.actions.args()
        args.add("--in", ctx.file.src)
        args.add("--out", program)
        ctx.actions.run(
            executable = ctx.executable._unpack,
            arguments = [args],
            inputs = [ctx.file.src],
            outputs = [program],
            mnemonic = "IcosUnpackProgram",
            progress_message = "Unpacking %{label}",
        )
    else:
        ctx.actions.symlink(output = program, target_file = ctx.file.src, is_executable = True)
    return [DefaultInfo(files = depset([program]), executable = program)]

ic_program = rule(
    implementation = _ic_program_impl,
    doc = "A program as it is published, unpacked. The `ic_release` extension writes these.",
    attrs = {
        "compression": attr.string(values = ["", "gz"], doc = "How `src` is packed."),
        "src": attr.label(allow_single_file = True, mandatory = True, doc = "The published file."),
        "_unpack": attr.label(default = "//tools/ic-release:unpack", executable = True, cfg = "exec"),
    },
    executable = True,
)
