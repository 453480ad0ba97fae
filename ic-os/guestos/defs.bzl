"""What a GuestOS is made of."""

load("//ic-os/components:guestos.bzl", "COMMON_COMPONENTS", "DEV_COMPONENTS", "HARDENING_LINKS", "PROD_COMPONENTS")
load("//ic-os/guestos:units.bzl", "ENABLED_UNITS", "MASKED_GENERATORS", "MASKED_UNITS")

# sha512-crypt of "root" with a fixed salt: the README says it aloud, and two builds make the same file.
_DEV_ROOT_PASSWORD = "$6$guestosdev$q.6O5NJ3crffJiEW0MRI5vw1Z.HgdVL8mRDbY8/QFom7jlNOCO0uPIz/rr9h/Eu0wicFKbWCxeJXV5gaK8tu6."

# Where the service binaries and the node's state go.
_DIRECTORIES = [
    "/opt/ic/bin:0755",
    "/opt/ic/lib:0755",
    "/opt/ic/share:0755",
    "/var/lib/ic:0755",
]

_SYMLINKS = {
    # Debian's default is a graphical session.
    "/etc/systemd/system/default.target": "/usr/lib/systemd/system/multi-user.target",
    # setup-store alone activates the volume group; udev would do so too, at its own time.
    "/etc/udev/rules.d/69-lvm.rules": "/dev/null",
    # The name that the Internet Computer's own systems know it by, and one that every login finds.
    "/opt/ic/bin/manageboot.sh": "manageboot",
    "/usr/bin/manageboot": "/opt/ic/bin/manageboot",
    "/usr/bin/guestos-health": "/opt/ic/bin/guestos-health",
} | {"/etc/systemd/system-generators/" + generator: "/dev/null" for generator in MASKED_GENERATORS} | HARDENING_LINKS

# Programs of the OS itself, whatever node is in the image. They enter in the last stages, as the node's do.
_PROGRAMS = {
    "//ic-os/manageboot:manageboot.mjs": "/opt/ic/lib/manageboot.mjs:0644",
}

# What runs them and the node, 120 MB: it changes as seldom as packages do, so it enters with them.
_RUNTIME = {
    "@npm//:bin/node": "/opt/ic/bin/node:0755",
}

# Who signs an environment's update images, and whom its systems trust.
_UPDATE_KEYS = {
    "dev": struct(
        public_key = None,
        signer = None,
        signing_key = "//ic-os/manageboot/keys:DEVELOPMENT-ONLY.private.pem",
        trusted = "//ic-os/manageboot/keys:DEVELOPMENT-ONLY.public.pem",
    ),
    "prod": struct(
        public_key = "//ic-os:update_signer_public_key",
        signer = "//ic-os:update_signer",
        signing_key = "//ic-os:update_signing_key",
        trusted = "//ic-os:update_trusted_keys",
    ),
}

def guestos_image_deps(mode):
    """The parts of a GuestOS image.

    Args:
      mode: `dev`: login on the console and over SSH as root, tools for debugging; `prod`: neither.

    Returns:
      struct for icos_build: components (label -> `/path:mode`), directories, symlinks, enabled_units, masked_units, hostname, root_password_hash
      (crypt(5), empty for none), layers, kernel, vmlinuz, initrd, kernel_args, boot_archives, boot_args_template, boot_size, boot_uuid, root_uuid,
      partition_table, disk_guid, disk_size, fixed_partitions (partition name -> image), ssh_user, vm_name (first part of local guests' names),
      programs (label -> `/path:mode`, for the last stages), runtime (likewise, for the first), update_generation (a file), update_keys: struct(signing_key, signer, public_key).
    """
    if mode not in ["dev", "prod"]:
        fail("guestos_image_deps: expected mode dev or prod, got {}".format(mode))
    dev = mode == "dev"
    return struct(
        boot_archives = ["//ic-os/guestos:boot-mount-points"],
        boot_args_template = "//ic-os/bootloader:boot_args.template",
        boot_size = "48M",
        boot_uuid = "77030587-bcfe-590d-848e-179bd25451e0",
        components = COMMON_COMPONENTS | (DEV_COMPONENTS if dev else PROD_COMPONENTS) | {
            _UPDATE_KEYS[mode].trusted: "/usr/share/guestos/update-keys/{}.pem:0644".format("DEVELOPMENT-ONLY" if dev else "trusted"),
        },
        directories = _DIRECTORIES,
        disk_guid = "39f6743c-12f8-427f-966c-0ed3600eb9c9",
        disk_size = "50G",
        enabled_units = ENABLED_UNITS,
        fixed_partitions = {
            "config": "//ic-os/guestos:partition-config",
            "esp": "//ic-os/bootloader:partition-esp",
            "grub": "//ic-os/bootloader:partition-grub",
        },
        hostname = "guestos",
        initrd = "//ic-os/guestos:initrd",
        kernel = "//ic-os/guestos:kernel",
        kernel_args = [],
        layers = "//ic-os/guestos:layers-" + ("dev" if dev else "base"),
        masked_units = MASKED_UNITS,
        partition_table = "//ic-os/guestos:partitions.csv",
        programs = _PROGRAMS,
        root_password_hash = _DEV_ROOT_PASSWORD if dev else "",
        root_uuid = "2476bf72-8b3c-5662-8628-d69bc088300b",
        runtime = _RUNTIME,
        ssh_user = "root" if dev else "admin",
        symlinks = _SYMLINKS,
        update_generation = "//ic-os/components:upgrade/generation",
        update_keys = _UPDATE_KEYS[mode],
        vm_name = "guestos-" + mode,
        vmlinuz = "//ic-os/guestos:vmlinuz",
    )
