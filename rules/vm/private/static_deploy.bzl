"""The `static_deploy` rule: VMs of an image on libvirt hosts."""

load(":runfiles.bzl", "runfiles_path")
load(":vm_command.bzl", "VM_COMMAND_ATTRS", "vm_command")

def _static_deploy_impl(ctx):
    return [vm_command(ctx, ["--image", runfiles_path(ctx, ctx.file.archive)], ctx.runfiles([ctx.file.archive]))]

static_deploy = rule(
    implementation = _static_deploy_impl,
    doc = "`bazel run ... -- INVENTORY` starts a VM of the image for each node of an inventory, on its libvirt host. `-- --help` lists the flags; see docs/icos-deploy.md.",
    attrs = VM_COMMAND_ATTRS | {
        "archive": attr.label(mandatory = True, allow_single_file = True, doc = "The image: a `disk_archive`."),
        "_program": attr.label(default = "//tools/deploy:cli", executable = True, cfg = "target"),
    },
    executable = True,
)
