"""The repository that stands for the host's QEMU."""

# Firmware that -bios takes, by distribution: Debian 12 and before, Debian and Ubuntu, Fedora, Arch. The first that exists.
_FIRMWARE = [
    "/usr/share/OVMF/OVMF_CODE.fd",
    "/usr/share/ovmf/OVMF.fd",
    "/usr/share/edk2/ovmf/OVMF_CODE.fd",
    "/usr/share/edk2/x64/OVMF.4m.fd",
]

_BUILD = """\"\"\"The host's QEMU. Written by rules/toolchains; do not edit.\"\"\"

load("{rules}//rules/deb:defs.bzl", "deb_tool")

package(default_visibility = ["//visibility:public"])

exports_files(["OVMF_CODE.fd"])

deb_tool(
    name = "qemu-system-x86_64",
    data = ["OVMF_CODE.fd"],
    wrapper = "bin/qemu-system-x86_64",
)

deb_tool(
    name = "qemu-img",
    wrapper = "bin/qemu-img",
)
"""

def _host_qemu_repository_impl(rctx):
    found = None
    for path in _FIRMWARE:
        rctx.watch(path)
        if not found and rctx.path(path).exists:
            found = path
    if found:
        rctx.symlink(found, "OVMF_CODE.fd")
    else:
        # Empty: the wrapper says what to install when a machine is really started.
        rctx.file("OVMF_CODE.fd", "")
    for name, package in {"qemu-img": "qemu-utils", "qemu-system-x86_64": "qemu-system-x86"}.items():
        rctx.template("bin/" + name, Label("//rules/toolchains/private:host_program.sh.tpl"), {
            "{firmware}": "OVMF_CODE.fd" if name.startswith("qemu-system") else "",
            "{name}": name,
            "{package}": package,
        }, executable = True)
    rctx.file("BUILD.bazel", _BUILD.format(rules = str(Label("//:MODULE.bazel")).partition("//")[0]))

host_qemu_repository = repository_rule(
    implementation = _host_qemu_repository_impl,
    doc = "Wrappers that start the host's QEMU, looked up in PATH at run time, and the host's UEFI firmware.",
    configure = True,
    local = True,
)
