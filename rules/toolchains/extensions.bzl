"""Module extension `tools`: the repositories behind the toolchains, from the lock in //rules/toolchains/debian."""

load("//rules/deb/private:define.bzl", "define_tools")
load("//rules/toolchains/private:host_qemu_repository.bzl", "host_qemu_repository")
load("//rules/toolchains/private:programs.bzl", "QEMU", "SSH", "SYSIMAGE")

_LOCK = Label("//rules/toolchains/debian:packages.lock.json")

def _tools_impl(mctx):
    for tools in [SYSIMAGE, QEMU, SSH]:
        define_tools(mctx, struct(
            name = tools.name,
            arguments = tools.arguments,
            data = tools.data,
            environment = tools.environment,
            files = tools.files,
            lock = _LOCK,
            programs = tools.programs,
            set = tools.name,
            opens = tools.opens,
            starts = tools.starts,
        ))
    host_qemu_repository(name = "host_qemu")
    return mctx.extension_metadata(reproducible = True)

tools = module_extension(
    implementation = _tools_impl,
    doc = "Programs of pinned Debian packages: `sysimage`, `qemu`, `ssh`; and `host_qemu`, which points to the host's.",
)
