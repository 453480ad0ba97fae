"""Images from packages and files: the public face of `rules/image`.

    load("@rules_icos//rules/image:defs.bzl", "deb_layers", "disk_image", "ext4_image", "partition_table", "rootfs", ...)

Files below `private/` are not for loading.
"""

load("//rules/image:providers.bzl", _DiskImageInfo = "DiskImageInfo", _ErofsBaseInfo = "ErofsBaseInfo", _FilesystemImageInfo = "FilesystemImageInfo", _FramesInfo = "FramesInfo", _PartitionTableInfo = "PartitionTableInfo", _UpdateImageInfo = "UpdateImageInfo", _VerityInfo = "VerityInfo")
load("//rules/image/private:boot_args.bzl", _boot_args = "boot_args")
load("//rules/image/private:deb_layers.bzl", _DebLayersInfo = "DebLayersInfo", _deb_layers = "deb_layers")
load("//rules/image/private:determinism_test.bzl", _determinism_test = "determinism_test")
load("//rules/image/private:disk_archive.bzl", _disk_archive = "disk_archive")
load("//rules/image/private:disk_image.bzl", _disk_image = "disk_image", _disk_image_rule = "disk_image_rule")
load("//rules/image/private:erofs_image.bzl", _erofs_image = "erofs_image")
load("//rules/image/private:ext4_image.bzl", _ext4_image = "ext4_image")
load("//rules/image/private:file_tar.bzl", _file_tar = "file_tar")
load("//rules/image/private:grub_image.bzl", _grub_image = "grub_image")
load("//rules/image/private:grubenv.bzl", _grubenv = "grubenv")
load("//rules/image/private:image_frames.bzl", _image_frames = "image_frames")
load("//rules/image/private:initrd.bzl", _initrd = "initrd")
load("//rules/image/private:kernel.bzl", _KernelInfo = "KernelInfo", _kernel_files = "kernel_files")
load("//rules/image/private:partition_table.bzl", _partition_table = "partition_table")
load("//rules/image/private:raw_disk.bzl", _raw_disk = "raw_disk", _raw_disk_rule = "raw_disk_rule")
load("//rules/image/private:rootfs.bzl", _RootfsInfo = "RootfsInfo", _rootfs = "rootfs")
load("//rules/image/private:rootfs_delta.bzl", _rootfs_delta = "rootfs_delta")
load("//rules/image/private:update_image.bzl", _update_image = "update_image")
load("//rules/image/private:verity_image.bzl", _verity_image = "verity_image")
load("//rules/image/private:vfat_image.bzl", _vfat_image = "vfat_image")

DebLayersInfo = _DebLayersInfo
DiskImageInfo = _DiskImageInfo
ErofsBaseInfo = _ErofsBaseInfo
FilesystemImageInfo = _FilesystemImageInfo
FramesInfo = _FramesInfo
KernelInfo = _KernelInfo
PartitionTableInfo = _PartitionTableInfo
RootfsInfo = _RootfsInfo
UpdateImageInfo = _UpdateImageInfo
VerityInfo = _VerityInfo
boot_args = _boot_args
deb_layers = _deb_layers
determinism_test = _determinism_test
disk_archive = _disk_archive
disk_image = _disk_image
disk_image_rule = _disk_image_rule
erofs_image = _erofs_image
ext4_image = _ext4_image
file_tar = _file_tar
grub_image = _grub_image
grubenv = _grubenv
image_frames = _image_frames
initrd = _initrd
kernel_files = _kernel_files
partition_table = _partition_table
raw_disk = _raw_disk
raw_disk_rule = _raw_disk_rule
rootfs = _rootfs
rootfs_delta = _rootfs_delta
update_image = _update_image
verity_image = _verity_image
vfat_image = _vfat_image
