"""Which systemd units run in a GuestOS."""

ENABLED_UNITS = [
    "boot-trial.service",
    "bootstrap-ic-node.service",
    "chrony.service",
    "generate-host-ssh-keys.service",
    "generate-network-config.service",
    "init-config.service",
    "nftables.service",
    "node_exporter.service",
    "reload_nftables.path",
    "serial-getty@ttyS0.service",
    "setup-ssh-user-keys.service",
    "setup-store.service",
    "ssh.service",
    "systemd-networkd.service",
    "systemd-resolved.service",
    "var-lib-ic-backup.mount",
    "var-lib-ic-crypto.mount",
    "var-lib-ic-data.mount",
    "watchdog-driver.service",
]

# Every process at boot costs under emulation, and most of these serve machines of
# another kind. The list is held by the boot test: nothing of it may be missing.
MASKED_UNITS = [
    # No devices or file systems of that kind in the guest.
    "dev-hugepages.mount",
    "dev-mqueue.mount",
    "modprobe@configfs.service",
    "modprobe@drm.service",
    "modprobe@efi_pstore.service",
    "modprobe@fuse.service",
    "proc-sys-fs-binfmt_misc.automount",
    "sys-fs-fuse-connections.mount",
    "sys-kernel-config.mount",
    "sys-kernel-debug.mount",
    "sys-kernel-tracing.mount",
    "systemd-battery-check.service",
    "systemd-binfmt.service",
    "systemd-hibernate-clear.service",
    "systemd-pstore.service",
    # Caches and users that the image is built with; the root file system is read-only.
    "kmod-static-nodes.service",
    "ldconfig.service",
    "systemd-firstboot.service",
    "systemd-hwdb-update.service",
    "systemd-journal-catalog-update.service",
    "systemd-machine-id-commit.service",
    "systemd-remount-fs.service",
    "systemd-sysusers.service",
    "systemd-update-done.service",
    # No TPM, no credentials by udev, no interactive passwords.
    "systemd-ask-password-console.path",
    "systemd-ask-password-wall.path",
    "systemd-creds.socket",
    "systemd-pcrextend.socket",
    "systemd-pcrlock.socket",
    "systemd-pcrmachine.service",
    "systemd-pcrphase-sysinit.service",
    "systemd-pcrphase.service",
    "systemd-tpm2-setup-early.service",
    "systemd-tpm2-setup.service",
    "systemd-udev-load-credentials.service",
    # Networks come from files, and their state lies in /run.
    "systemd-network-generator.service",
    "systemd-networkd-persistent-storage.service",
    # Nobody asks for these before they are started for a reason.
    "dm-event.socket",
    "getty-static.service",
    "getty@tty1.service",
    "lvm2-lvmpolld.socket",
    "lvm2-monitor.service",
    "systemd-initctl.socket",
    "systemd-sysext.socket",
    # Nobody has services of their own: the first login would wait seconds for this manager. logind goes on without it.
    "user@.service",
]

# systemd's own generators that cannot apply here. Each is a process at every boot and reload.
MASKED_GENERATORS = [
    "lvm2-activation-generator",
    "systemd-bless-boot-generator",
    "systemd-cryptsetup-generator",
    "systemd-debug-generator",
    "systemd-factory-reset-generator",
    "systemd-gpt-auto-generator",
    "systemd-hibernate-resume-generator",
    "systemd-import-generator",
    "systemd-integritysetup-generator",
    "systemd-rc-local-generator",
    "systemd-run-generator",
    "systemd-ssh-generator",
    "systemd-system-update-generator",
    "systemd-sysv-generator",
    "systemd-tpm2-generator",
    "systemd-veritysetup-generator",
]
