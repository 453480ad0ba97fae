"""Update images with something wrong in them, signed as any other: what they are is not to be seen before they run."""

load("//ic-os:version.bzl", "version_file")
load("//rules/image:defs.bzl", "boot_args", "ext4_image", "update_image")

def broken_update(name, root, extra_args = [], initrd = "//ic-os/guestos:initrd"):
    """Makes the update image `<name>.tar.zst` of version `VERSION-<name>`.

    Args:
      name: what is wrong with it.
      root: root file system with VerityInfo.
      extra_args: further kernel arguments.
      initrd: its initrd.
    """
    tags = ["manual"]
    version_file(name = name + ".version", suffix = "-" + name, tags = tags)
    boot_args(
        name = name + ".boot_args",
        extra_args = extra_args,
        tags = tags,
        template = "//ic-os/bootloader:boot_args.template",
        verity = root,
    )
    ext4_image(
        name = name + ".boot",
        files = {
            initrd: "/initrd.img:0644",
            "//ic-os/guestos:vmlinuz": "/vmlinuz:0644",
            name + ".boot_args": "/boot_args:0644",
            name + ".version": "/version.txt:0644",
        },
        image_size = "48M",
        label = "boot",
        srcs = ["//ic-os/guestos:boot-mount-points"],
        tags = tags,
        uuid = "77030587-bcfe-590d-848e-179bd25451e0",
    )
    update_image(
        name = name + ".tar.zst",
        boot = name + ".boot",
        generation_file = "//ic-os/components:upgrade/generation",
        root = root,
        signing_key = "//ic-os/manageboot/keys:DEVELOPMENT-ONLY.private.pem",
        table = "//ic-os/guestos/envs/dev:partitions",
        tags = tags,
        version_file = name + ".version",
    )
