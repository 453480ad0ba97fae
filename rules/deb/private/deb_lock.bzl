"""The `deb_lock` macro: keeps a packages.lock.json up to date."""

def _runfiles_path(ctx, file):
    return file.short_path.removeprefix("../") if file.short_path.startswith("../") else ctx.workspace_name + "/" + file.short_path

def _launcher(ctx, arguments, files):
    launcher = ctx.actions.declare_file(ctx.label.name + ".sh")
    ctx.actions.expand_template(
        template = ctx.file._template,
        output = launcher,
        substitutions = {
            "{arguments}": " ".join(arguments),
            "{label}": str(ctx.label),
            "{program}": _runfiles_path(ctx, ctx.executable._deb),
        },
        is_executable = True,
    )
    runfiles = ctx.runfiles(transitive_files = files).merge(ctx.attr._deb[DefaultInfo].default_runfiles)
    return [DefaultInfo(executable = launcher, runfiles = runfiles)]

def _deb_lock_impl(ctx):
    tools = ctx.toolchains["//rules/toolchains:sysimage_toolchain_type"].tools
    programs = _runfiles_path(ctx, tools["apt-get"].executable).rpartition("/")[0]
    keyrings = {_runfiles_path(ctx, file).rpartition("/")[0]: None for file in ctx.files._keyrings}
    return _launcher(
        ctx,
        ["lock", "--definition", ctx.file.definition.short_path, "--apt-programs", '"$RUNFILES_DIR/' + programs + '"'] +
        ['--keyring-folder "$RUNFILES_DIR/{}"'.format(folder) for folder in keyrings] + ["--keyring-folder /usr/share/keyrings"],
        depset(ctx.files._keyrings, transitive = [tools["apt-get"].files, tools["apt-cache"].files]),
    )

def _deb_lock_test_impl(ctx):
    return _launcher(
        ctx,
        [
            "verify",
            "--definition",
            '"$RUNFILES_DIR/{}"'.format(_runfiles_path(ctx, ctx.file.definition)),
            "--lock",
            '"$RUNFILES_DIR/{}"'.format(_runfiles_path(ctx, ctx.file.lock)),
            "--refresh '{}'".format(ctx.attr.refresh),
        ],
        depset([ctx.file.definition, ctx.file.lock]),
    )

_ATTRS = {
    "definition": attr.label(allow_single_file = [".json"], mandatory = True, doc = "Source definition (packages.json)."),
    "_deb": attr.label(default = "//tools/deb:cli", executable = True, cfg = "target"),
    "_template": attr.label(default = "//rules/deb/private:deb_lock.sh.tpl", allow_single_file = True),
}

deb_lock_rule = rule(
    implementation = _deb_lock_impl,
    doc = "`bazel run` resolves the definition and writes packages.lock.json beside it. Flags: see `-- --help`.",
    attrs = _ATTRS | {
        "_keyrings": attr.label(default = "@sysimage//:keyrings", allow_files = True),
    },
    executable = True,
    toolchains = ["//rules/toolchains:sysimage_toolchain_type"],
)

deb_lock_test = rule(
    implementation = _deb_lock_test_impl,
    doc = "Fails when the definition was changed and the lock was not. Needs no network, so it cannot tell whether newer packages exist.",
    attrs = _ATTRS | {
        "lock": attr.label(allow_single_file = [".json"], mandatory = True, doc = "packages.lock.json."),
        "refresh": attr.string(mandatory = True, doc = "Command that writes the lock anew."),
    },
    test = True,
)

def deb_lock(name = "packages.lock", definition = "packages.json", **kwargs):
    """A lock that `bazel run` brings up to date, and a test that it answers its definition.

    Args:
      name: name of the target. The lock itself is packages.lock.json in the same folder.
      definition: the source definition beside it.
      **kwargs: attributes of every rule, such as `visibility`.
    """
    deb_lock_test(
        name = name + "_test",
        size = "small",
        definition = definition,
        lock = "packages.lock.json",
        refresh = "bazel run //{}:{}".format(native.package_name(), name),
    )
    deb_lock_rule(name = name, definition = definition, **kwargs)
