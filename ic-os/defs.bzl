"""`icos_build`: one environment of an operating system, as a list of stages."""

load("//ic-os:version.bzl", "version_file")
load("//rules/image:defs.bzl", "boot_args", "determinism_test", "disk_archive", "disk_image", "erofs_image", "ext4_image", "image_frames", "partition_table", "raw_disk", "rootfs", "rootfs_delta", "update_image")
load("//rules/vm:defs.bzl", "local_vm", "remote_vm", "static_deploy", "vm_push", "vm_upgrade")

# Partitions that change with everything: large, raw, and made in a second of what a remote cache has (the base, the changes, the kernel). They stay
# here, so that a changed line does not upload a partition, nor another machine download it. docs/remote-cache.md
_MADE_HERE = ["no-remote-cache-upload"]

def icos_build(name, image_deps, node, services = {}, visibility = ["//visibility:public"]):
    """Makes the targets of one environment. `name` itself stands for all that a release publishes.

    Disks: `disk-img.tar.zst`, `disk.img`; updates: `update-img.tar.zst`, `update-img-test.tar.zst` (the same, with another version).
    Run: `launch-local-vm`, `launch-local-vm-no-kvm`, `ssh`, `status`, `stop`, `upgrade`, and `push` where one may log in as root; on a farm: `launch-remote-vm`,
    `farm-list`, `farm-extend`, `farm-delete`. Stages: `rootfs-tree`, `root-base`, `root-delta`, `root-frames`, `partition-root`, `partition-boot`,
    `boot_args` and their `-test` twins, `version.txt`, `version-test.txt`.

    Args:
      name: name of the environment, such as `dev`.
      image_deps: what the image is made of: a struct of the shape of `guestos_image_deps()`.
      node: the node's software: a struct of components (label -> `/path:mode`), units (to enable) and services (label -> `/path:mode`), such
        as `REFERENCE_NODE` of //ic-os/node:node.bzl. The services, its programs, change often, so they enter in the last stages.
      services: further programs, likewise.
      visibility: as in every rule.
    """
    rootfs(
        name = "rootfs-tree",
        base_files = image_deps.runtime,
        directories = image_deps.directories,
        enable = image_deps.enabled_units + node.units,
        files = image_deps.components | node.components,
        hostname = image_deps.hostname,
        kernel = image_deps.kernel,
        layers = image_deps.layers,
        mask = image_deps.masked_units,
        root_password_hash = image_deps.root_password_hash,
        symlinks = image_deps.symlinks,
        visibility = visibility,
    )

    # In steps, so that a changed component, service or version writes only itself: packages, then what components change in their tree.
    erofs_image(name = "root-base", rootfs = ":rootfs-tree", uuid = image_deps.root_uuid)
    rootfs_delta(name = "root-delta", base = ":root-base", rootfs = ":rootfs-tree")
    image_frames(name = "root-frames", src = ":root-base")

    for twin in ["", "-test"]:
        _versioned_stages(twin, image_deps, image_deps.programs | node.services | services, visibility)

    partition_table(
        name = "partitions",
        src = image_deps.partition_table,
        disk_guid = image_deps.disk_guid,
        disk_size = image_deps.disk_size,
        visibility = visibility,
    )
    disk_image(
        name = "disk",
        partitions = image_deps.fixed_partitions | {"A_boot": ":partition-boot", "A_root": ":partition-root"},
        table = ":partitions",
        visibility = visibility,
    )
    disk_archive(name = "disk-img.tar.zst", disk = ":disk", reuse = [":root-frames"], visibility = visibility)
    raw_disk(name = "disk.img", disk = ":disk", visibility = visibility)

    local_vm(
        name = "launch-local-vm",
        image = ":disk",
        status = "status",
        user = image_deps.ssh_user,
        version_file = ":version.txt",
        visibility = visibility,
        vm = image_deps.vm_name,
    )
    remote_vm(
        name = "launch-remote-vm",
        archive = ":disk-img.tar.zst",
        user = image_deps.ssh_user,
        version_file = ":version.txt",
        visibility = visibility,
        vm = image_deps.vm_name,
    )

    static_deploy(
        name = "icos_deploy",
        archive = ":disk-img.tar.zst",
        visibility = visibility,
    )
    vm_upgrade(
        name = "upgrade",
        images = {
            ":update-img.tar.zst": "same",
            ":update-img-test.tar.zst": "test",
        },
        launch = ":launch-local-vm-no-kvm",
        visibility = visibility,
    )
    if image_deps.ssh_user == "root":
        vm_push(
            name = "push",
            files = node.services | services,
            launch = ":launch-local-vm-no-kvm",
            version_file = ":version.txt",
            version_path = "/opt/ic/share/replica_version.txt",
            visibility = visibility,
        )

    determinism_test(
        name = "determinism_test",
        size = "medium",
        srcs = [
            ":boot_args",
            ":disk-img.tar.zst",
            ":partition-boot",
            ":partition-root",
            ":root-frames",
            ":rootfs-tree",
            ":update-img.tar.zst",
        ] + image_deps.fixed_partitions.values(),
    )

    native.filegroup(
        name = name,
        srcs = [":disk-img.tar.zst", ":update-img.tar.zst", ":update-img-test.tar.zst", ":version.txt"],
        visibility = visibility,
    )

def _versioned_stages(twin, image_deps, services, visibility):
    version = "version{}.txt".format(twin)
    root = "partition-root" + twin
    boot = "partition-boot" + twin
    version_file(name = version, suffix = twin, visibility = visibility)
    erofs_image(
        name = root,
        srcs = [":root-delta"],
        base = ":root-base",
        files = services | {version: "/opt/ic/share/version.txt:0644"},
        tags = _MADE_HERE,
        uuid = image_deps.root_uuid,
        verity = True,
    )
    boot_args(
        name = "boot_args" + twin,
        extra_args = image_deps.kernel_args,
        template = image_deps.boot_args_template,
        verity = root,
        visibility = visibility,
    )
    ext4_image(
        name = boot,
        files = {
            image_deps.initrd: "/initrd.img:0644",
            image_deps.vmlinuz: "/vmlinuz:0644",
            "boot_args" + twin: "/boot_args:0644",
            version: "/version.txt:0644",
        },
        srcs = image_deps.boot_archives,
        image_size = image_deps.boot_size,
        label = "boot",
        tags = _MADE_HERE,
        uuid = image_deps.boot_uuid,
    )
    update_image(
        name = "update-img{}.tar.zst".format(twin),
        boot = boot,
        generation_file = image_deps.update_generation,
        public_key = image_deps.update_keys.public_key,
        root = root,
        signer = image_deps.update_keys.signer,
        signing_key = image_deps.update_keys.signing_key,
        table = ":partitions",
        version_file = version,
        visibility = visibility,
    )
