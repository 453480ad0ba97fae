"""Images from packages and files: the public face of `rules/image`.

    load("@rules_icos//rules/image:defs.bzl", "deb_layers", "initrd", "kernel_files", "rootfs")

Files below `private/` are not for loading.
"""

load("//rules/image/private:deb_layers.bzl", _DebLayersInfo = "DebLayersInfo", _deb_layers = "deb_layers")
load("//rules/image/private:file_tar.bzl", _file_tar = "file_tar")
load("//rules/image/private:initrd.bzl", _initrd = "initrd")
load("//rules/image/private:kernel.bzl", _KernelInfo = "KernelInfo", _kernel_files = "kernel_files")
load("//rules/image/private:rootfs.bzl", _RootfsInfo = "RootfsInfo", _rootfs = "rootfs")

DebLayersInfo = _DebLayersInfo
KernelInfo = _KernelInfo
RootfsInfo = _RootfsInfo
deb_layers = _deb_layers
file_tar = _file_tar
initrd = _initrd
kernel_files = _kernel_files
rootfs = _rootfs
