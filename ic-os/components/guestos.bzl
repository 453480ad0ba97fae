"""Which component file goes where in a GuestOS: label -> "path:mode", by topic. See README.adoc."""

_EARLY_BOOT = {
    "//ic-os/components:early-boot/udev-trigger.conf": "/etc/systemd/system/systemd-udev-trigger.service.d/10-guest.conf:0644",
}

_STORAGE = {
    "//ic-os/components:storage/fstab": "/etc/fstab:0644",
    "//ic-os/components:storage/guestos-mount-generator": "/etc/systemd/system-generators/guestos-mount-generator:0755",
    "//ic-os/components:storage/setup-var.sh": "/opt/ic/bin/setup-var.sh:0755",
}

_INIT = {
    "//ic-os/components:init/init-config.service": "/etc/systemd/system/init-config.service:0644",
    "//ic-os/components:init/init-config.sh": "/opt/ic/bin/init-config.sh:0755",
}

_SSH = {
    "//ic-os/components:ssh/generate-host-ssh-keys.service": "/etc/systemd/system/generate-host-ssh-keys.service:0644",
    "//ic-os/components:ssh/generate-host-ssh-keys.sh": "/opt/ic/bin/generate-host-ssh-keys.sh:0755",
    "//ic-os/components:ssh/setup-ssh-user-keys.service": "/etc/systemd/system/setup-ssh-user-keys.service:0644",
    "//ic-os/components:ssh/setup-ssh-user-keys.sh": "/opt/ic/bin/setup-ssh-user-keys.sh:0755",
}

_NETWORKING = {
    "//ic-os/components:networking/10-guest.network": "/etc/systemd/network/10-guest.network:0644",
    "//ic-os/components:networking/hosts": "/etc/hosts:0644",
    "//ic-os/components:networking/nftables.conf": "/etc/nftables.conf:0644",
}

_ACCOUNTS = {
    "//ic-os/components:accounts/guestos.sysusers": "/usr/lib/sysusers.d/guestos.conf:0644",
    "//ic-os/components:accounts/guestos.tmpfiles": "/usr/lib/tmpfiles.d/guestos.conf:0644",
}

_MISC = {
    "//ic-os/components:misc/journald.conf": "/etc/systemd/journald.conf.d/10-guestos.conf:0644",
    "//ic-os/components:misc/locale": "/etc/default/locale:0644",
    "//ic-os/components:misc/sudoers": "/etc/sudoers.d/guestos:0440",
    "//ic-os/components:misc/sysctl.conf": "/etc/sysctl.d/guestos.conf:0644",
}

COMMON_COMPONENTS = _EARLY_BOOT | _STORAGE | _INIT | _SSH | _NETWORKING | _ACCOUNTS | _MISC

# What only an environment for development has: a login on the console.
DEV_COMPONENTS = {
    "//ic-os/components:console/issue": "/etc/issue:0644",
    "//ic-os/components:console/login.conf": "/etc/systemd/system/serial-getty@.service.d/10-console.conf:0644",
    "//ic-os/components:ssh/sshd_config": "/etc/ssh/sshd_config.d/10-guestos.conf:0644",
}

# What only production has: a console that informs and takes no input, no login as root.
PROD_COMPONENTS = {
    "//ic-os/components:console/console-info.sh": "/opt/ic/bin/console-info.sh:0755",
    "//ic-os/components:console/info.conf": "/etc/systemd/system/serial-getty@.service.d/10-console.conf:0644",
    "//ic-os/components:ssh/sshd_config.prod": "/etc/ssh/sshd_config.d/10-guestos.conf:0644",
}
