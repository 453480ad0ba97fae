"""The `fake_deb` rule: a made-up package, so that tests of image rules download none."""

load("//rules/deb:providers.bzl", "DebPackagesInfo")

def _fake_deb_impl(ctx):
    deb = ctx.actions.declare_file(ctx.label.name + ".deb")
    ctx.actions.run(
        executable = ctx.executable._tool,
        arguments = [ctx.file.description.path, deb.path],
        inputs = [ctx.file.description],
        outputs = [deb],
        mnemonic = "FakeDeb",
        progress_message = "Making up package %{label}",
    )
    return [
        DefaultInfo(files = depset([deb])),
        DebPackagesInfo(packages = [struct(name = ctx.label.name, version = "1.0", size = ctx.attr.size, file = deb)]),
    ]

fake_deb = rule(
    implementation = _fake_deb_impl,
    doc = "Makes NAME.deb from a description (make-deb-cli.ts).",
    attrs = {
        "description": attr.label(allow_single_file = [".json"], mandatory = True, doc = "The package as JSON."),
        "size": attr.int(default = 1000, doc = "Size that rules are told, in bytes."),
        "_tool": attr.label(default = "//tests/rules/rootfs:make_deb", executable = True, cfg = "exec"),
    },
    provides = [DebPackagesInfo],
)
