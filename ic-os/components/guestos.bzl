"""Which component file goes where in a GuestOS: label -> "path:mode", by topic. See README.adoc."""

_EARLY_BOOT = {
    "//ic-os/components:early-boot/udev-trigger.conf": "/etc/systemd/system/systemd-udev-trigger.service.d/10-guest.conf:0644",
}

_STORAGE = {
    "//ic-os/components:storage/fstab": "/etc/fstab:0644",
    "//ic-os/components:storage/encrypted-volume.sh": "/opt/ic/lib/encrypted-volume.sh:0644",
    "//ic-os/components:storage/guestos-mount-generator": "/etc/systemd/system-generators/guestos-mount-generator:0755",
    "//ic-os/components:storage/lvmlocal.conf": "/etc/lvm/lvmlocal.conf:0644",
    "//ic-os/components:storage/setup-encryption-key.service": "/etc/systemd/system/setup-encryption-key.service:0644",
    "//ic-os/components:storage/setup-encryption-key.sh": "/opt/ic/bin/setup-encryption-key.sh:0755",
    "//ic-os/components:storage/setup-store.service": "/etc/systemd/system/setup-store.service:0644",
    "//ic-os/components:storage/setup-store.sh": "/opt/ic/bin/setup-store.sh:0755",
    "//ic-os/components:storage/setup-var.service": "/etc/systemd/system/setup-var.service:0644",
    "//ic-os/components:storage/setup-var.sh": "/opt/ic/bin/setup-var.sh:0755",
    "//ic-os/components:storage/store-partition.sh": "/opt/ic/lib/store-partition.sh:0644",
    "//ic-os/components:storage/var-lib-ic-backup.mount": "/etc/systemd/system/var-lib-ic-backup.mount:0644",
    "//ic-os/components:storage/var-lib-ic-crypto.mount": "/etc/systemd/system/var-lib-ic-crypto.mount:0644",
    "//ic-os/components:storage/var-lib-ic-data.mount": "/etc/systemd/system/var-lib-ic-data.mount:0644",
}

_INIT = {
    "//ic-os/components:init/bootstrap-ic-node.service": "/etc/systemd/system/bootstrap-ic-node.service:0644",
    "//ic-os/components:init/bootstrap-ic-node.sh": "/opt/ic/bin/bootstrap-ic-node.sh:0755",
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
    "//ic-os/components:networking/generate-network-config.service": "/etc/systemd/system/generate-network-config.service:0644",
    "//ic-os/components:networking/generate-network-config.sh": "/opt/ic/bin/generate-network-config.sh:0755",
    "//ic-os/components:networking/hosts": "/etc/hosts:0644",
    "//ic-os/components:networking/network.jq": "/opt/ic/share/network.jq:0644",
    "//ic-os/components:networking/nftables.conf": "/etc/nftables.conf:0644",
    "//ic-os/components:networking/reload-nftables.sh": "/opt/ic/bin/reload-nftables.sh:0755",
    "//ic-os/components:networking/reload_nftables.path": "/etc/systemd/system/reload_nftables.path:0644",
    "//ic-os/components:networking/reload_nftables.service": "/etc/systemd/system/reload_nftables.service:0644",
    "//ic-os/components:networking/resolved.conf": "/etc/systemd/resolved.conf.d/10-guestos.conf:0644",
}

_ACCOUNTS = {
    # Debian's, with a shell and a home for backup.
    "//ic-os/components:accounts/passwd.master": "/usr/share/base-passwd/passwd.master:0644",
    "//ic-os/components:accounts/guestos.sysusers": "/usr/lib/sysusers.d/guestos.conf:0644",
    "//ic-os/components:accounts/guestos.tmpfiles": "/usr/lib/tmpfiles.d/guestos.conf:0644",
}

_MISC = {
    "//ic-os/components:misc/chrony.conf": "/etc/chrony/chrony.conf:0644",
    "//ic-os/components:misc/journald.conf": "/etc/systemd/journald.conf.d/10-guestos.conf:0644",
    "//ic-os/components:misc/locale": "/etc/default/locale:0644",
    "//ic-os/components:misc/sudoers": "/etc/sudoers.d/guestos:0440",
    "//ic-os/components:misc/sysctl.conf": "/etc/sysctl.d/guestos.conf:0644",
}

_MONITORING = {
    "//ic-os/components:monitoring/node_exporter.service": "/etc/systemd/system/node_exporter.service:0644",
    "//ic-os/components:monitoring/setup-node_exporter-keys.service": "/etc/systemd/system/setup-node_exporter-keys.service:0644",
    "//ic-os/components:monitoring/setup-node_exporter-keys.sh": "/opt/ic/bin/setup-node_exporter-keys.sh:0755",
    "//ic-os/components:monitoring/web.yml": "/etc/node_exporter/web.yml:0644",
}

_HEALTH = {
    "//ic-os/components:health/10-system": "/usr/lib/guestos/health.d/10-system:0755",
    "//ic-os/components:health/20-storage": "/usr/lib/guestos/health.d/20-storage:0755",
    "//ic-os/components:health/30-node": "/usr/lib/guestos/health.d/30-node:0755",
    "//ic-os/components:health/boot-trial.service": "/etc/systemd/system/boot-trial.service:0644",
    "//ic-os/components:health/boot-trial.sh": "/opt/ic/bin/boot-trial.sh:0755",
    "//ic-os/components:health/guestos-health": "/opt/ic/bin/guestos-health:0755",
}

_WATCHDOG = {
    "//ic-os/components:watchdog/sysctl.conf": "/etc/sysctl.d/watchdog.conf:0644",
    "//ic-os/components:watchdog/system.conf": "/etc/systemd/system.conf.d/10-watchdog.conf:0644",
    "//ic-os/components:watchdog/watchdog-driver.service": "/etc/systemd/system/watchdog-driver.service:0644",
}

_UPGRADE = {
    "//ic-os/components:upgrade/generation": "/usr/share/guestos/update-generation:0644",
    "//ic-os/components:upgrade/manageboot": "/opt/ic/bin/manageboot:0755",
}

_NOTIFY_HOST = {
    "//ic-os/components:notify-host/60-notify-host.rules": "/etc/udev/rules.d/60-notify-host.rules:0644",
    "//ic-os/components:notify-host/notify-host.service": "/etc/systemd/system/notify-host.service:0644",
}

_HARDENING = {
    "//ic-os/components:hardening/file-writer.conf": "/opt/ic/share/hardening/file-writer.conf:0644",
    "//ic-os/components:hardening/oneshot.conf": "/opt/ic/share/hardening/oneshot.conf:0644",
    "//ic-os/components:hardening/storage.conf": "/opt/ic/share/hardening/storage.conf:0644",
}

# Which of hardening/*.conf holds for which unit, in order: systemd reads drop-ins by file name.
HARDENED_UNITS = {
    "bootstrap-ic-node": ["oneshot", "file-writer"],
    "generate-host-ssh-keys": ["oneshot", "file-writer"],
    "generate-network-config": ["oneshot"],
    "init-config": ["oneshot"],
    "setup-encryption-key": ["oneshot"],
    "setup-node_exporter-keys": ["oneshot", "file-writer"],
    "setup-ssh-user-keys": ["oneshot"],
    "setup-store": ["oneshot", "storage"],
    "setup-var": ["oneshot", "storage"],
}

# Drop-ins of systemd: link -> target.
HARDENING_LINKS = {
    "/etc/systemd/system/{}.service.d/{}-{}.conf".format(unit, 20 + index, topic): "/opt/ic/share/hardening/{}.conf".format(topic)
    for unit, topics in HARDENED_UNITS.items()
    for index, topic in enumerate(topics)
}

# What an operator reads in the guest.
_DOCS = {
    "//ic-os/guestos:docs/{}.adoc".format(name): "/usr/share/doc/guestos/{}.adoc:0644".format(name)
    for name in ["Boot", "ConfigStore", "DiskLayout", "Interface", "Upgrades"]
}

COMMON_COMPONENTS = _EARLY_BOOT | _STORAGE | _INIT | _SSH | _NETWORKING | _ACCOUNTS | _HARDENING | _MONITORING | _NOTIFY_HOST | _HEALTH | _WATCHDOG | _UPGRADE | _MISC | _DOCS

# What only an environment for development has: a login on the console.
DEV_COMPONENTS = {
    "//ic-os/components:console/issue": "/etc/issue:0644",
    "//ic-os/components:console/login.conf": "/etc/systemd/system/serial-getty@.service.d/10-console.conf:0644",
    "//ic-os/components:ssh/keys-at-every-boot.conf": "/etc/systemd/system/setup-ssh-user-keys.service.d/10-dev.conf:0644",
    "//ic-os/components:ssh/sshd_config": "/etc/ssh/sshd_config.d/10-guestos.conf:0644",
}

# What only production has: a console that informs and takes no input, no login as root.
PROD_COMPONENTS = {
    "//ic-os/components:console/console-info.sh": "/opt/ic/bin/console-info.sh:0755",
    "//ic-os/components:console/info.conf": "/etc/systemd/system/serial-getty@.service.d/10-console.conf:0644",
    "//ic-os/components:ssh/sshd_config.prod": "/etc/ssh/sshd_config.d/10-guestos.conf:0644",
}
