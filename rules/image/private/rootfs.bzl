"""The `rootfs` rule: packages and component files, merged into one tree."""

load(":action.bzl", "IMAGE_ACTION_ATTRS", "image_action")
load(":deb_layers.bzl", "DebLayersInfo")
load(":kernel.bzl", "KernelInfo")

RootfsInfo = provider(
    doc = "A root file system as archives.",
    fields = {
        "base_inputs": "depset of File: what the recipe of the base names.",
        "base_recipe": "File: the recipe with packages and `base_files` only: what seldom changes.",
        "inputs": "depset of File: what the recipe names.",
        "recipe": "File: JSON from which tools/image/rootfs makes the tree.",
        "tar": "File: the read-only root. Entries sorted, times SOURCE_DATE_EPOCH, owners numeric. Ends with exactly 1024 zero bytes: cut them to append another archive.",
        "var_tar": "File: first content of /var, for a ready-made /var file system.",
    },
)

def _files(ctx, labels):
    """Component files as the recipe has them."""
    files = []
    for target, spec in labels.items():
        sources = target[DefaultInfo].files.to_list()
        if len(sources) != 1:
            fail("{}: files: {} gives {} files, expected one".format(ctx.label, target.label, len(sources)))
        files.append(struct(label = str(target.label), source = sources[0].path, spec = spec))
    return files

def _rootfs_impl(ctx):
    tar = ctx.actions.declare_file(ctx.label.name + ".tar")
    var_tar = ctx.actions.declare_file(ctx.label.name + "-var.tar")
    recipe = ctx.actions.declare_file(ctx.label.name + ".recipe.json")
    layers = ctx.attr.layers[DebLayersInfo].layers
    kernel = [ctx.attr.kernel[KernelInfo].modules] if ctx.attr.kernel else []
    base_files = _files(ctx, ctx.attr.base_files)
    files = base_files + _files(ctx, ctx.attr.files)
    packages = dict(
        label = str(ctx.label),
        layers = [layer.path for layer in layers],
        kernelModules = kernel[0].path if kernel else "",
        tables = [table.path for table in ctx.files.tables],
        exclude = ctx.attr.exclude,
    )
    base_recipe = ctx.actions.declare_file(ctx.label.name + ".base-recipe.json")
    ctx.actions.write(base_recipe, json.encode_indent(struct(
        files = base_files,
        symlinks = {},
        directories = [],
        enable = [],
        disable = [],
        mask = [],
        unlistedUnits = ctx.attr.unlisted_units,
        rootPasswordHash = "",
        hostname = "localhost",
        **packages
    )))
    ctx.actions.write(recipe, json.encode_indent(struct(
        files = files,
        symlinks = ctx.attr.symlinks,
        directories = ctx.attr.directories,
        enable = ctx.attr.enable,
        disable = ctx.attr.disable,
        mask = ctx.attr.mask,
        unlistedUnits = ctx.attr.unlisted_units,
        rootPasswordHash = ctx.attr.root_password_hash,
        hostname = ctx.attr.hostname,
        **packages
    )))
    base_inputs = depset(layers + kernel + ctx.files.tables + ctx.files.base_files)
    inputs = depset([recipe] + ctx.files.files, transitive = [base_inputs])
    args = ctx.actions.args()
    args.add("--recipe", recipe)
    args.add("--output", tar)
    args.add("--var", var_tar)
    image_action(
        ctx,
        executable = ctx.executable._tool,
        arguments = [args],
        tools = [ctx.attr._tool[DefaultInfo].files_to_run],
        inputs = inputs,
        outputs = [tar, var_tar],
        mnemonic = "IcosRootfs",
        progress_message = "Merging root file system %{label}",
    )
    return [
        DefaultInfo(files = depset([tar])),
        OutputGroupInfo(var = depset([var_tar])),
        RootfsInfo(base_inputs = depset([base_recipe], transitive = [base_inputs]), base_recipe = base_recipe, inputs = inputs, recipe = recipe, tar = tar, var_tar = var_tar),
    ]

rootfs = rule(
    implementation = _rootfs_impl,
    doc = """Merges package layers and component files into one root file system: NAME.tar and NAME-var.tar.

What the packages' maintainer scripts would do is done from declarations: sysusers.d, tmpfiles.d, PAM profiles, alternatives, certificates,
unit links, dpkg's database, and `tables` for the rest. No script runs, so no root, no chroot and no emulation is needed.

    rootfs(
        name = "rootfs",
        layers = ":layers",
        kernel = ":kernel",
        files = {"//ic-os/components:networking/hosts": "/etc/hosts:0644"},
        enable = ["ssh.service", "serial-getty@ttyS0.service"],
        mask = ["ldconfig.service"],
    )
""",
    attrs = IMAGE_ACTION_ATTRS | {
        "base_files": attr.label_keyed_string_dict(
            doc = "As `files`, for large ones that change as seldom as packages do: in an image that is made in two steps they belong to the first, see `erofs_image`.",
            allow_files = True,
        ),
        "directories": attr.string_list(doc = "Folders to make: `/path:mode` or `/path:mode:user:group`."),
        "disable": attr.string_list(doc = "Units that stay off, though a preset or another unit's Also= asks for them."),
        "enable": attr.string_list(doc = "Units to enable, instances included (`serial-getty@ttyS0.service`). Unknown ones fail."),
        "exclude": attr.string_list(doc = "Globs of absolute paths to leave out, as in `deb_layers`. Component files always stay."),
        "files": attr.label_keyed_string_dict(
            doc = "Component files: label to `/path:mode` or `/path:mode:user:group`. They override packages' files. The mode stands here because Bazel does not keep the source's.",
            allow_files = True,
        ),
        "hostname": attr.string(doc = "Content of /etc/hostname.", default = "localhost"),
        "kernel": attr.label(doc = "A `kernel_files` target, whose index says which modules stay. Without, no module has an index.", providers = [KernelInfo]),
        "layers": attr.label(doc = "A `deb_layers` target.", mandatory = True, providers = [DebLayersInfo]),
        "mask": attr.string_list(doc = "Units to mask. Unknown ones fail, unless written `-UNIT`."),
        "root_password_hash": attr.string(doc = "crypt(5) hash of root's password. Empty: no password logs in."),
        "symlinks": attr.string_dict(doc = "Symbolic links: absolute path to target, as written into the link. They override packages' files."),
        "tables": attr.label_list(
            doc = "Tables of account numbers and of what maintainer scripts do (schema: tools/image/rootfs/table.ts). Entries of later ones override earlier ones; add your own behind the default for packages it does not know.",
            default = ["//tools/image/rootfs:debian.json"],
            allow_files = [".json"],
        ),
        "unlisted_units": attr.string(
            doc = "Units that are in none of `enable`, `disable` and `mask`: `disable` leaves them off, `preset` enables all that systemd.preset(5) allows, as `systemctl preset-all` does. That is more than an installed Debian has: there each package enables its own units.",
            default = "disable",
            values = ["disable", "preset"],
        ),
        "_tool": attr.label(default = "//tools/image/rootfs:make_rootfs", executable = True, cfg = "exec"),
    },
    provides = [RootfsInfo],
)
