"""The reference node in an image: which file goes where, and which units run. See README.adoc."""

# Files of the root file system, label -> "/path:mode".
NODE_COMPONENTS = {
    "//ic-os/node/guest:boot-manager-request.sh": "/opt/ic/bin/boot-manager-request.sh:0755",
    "//ic-os/node/guest:deploy-ssh-keys.path": "/etc/systemd/system/deploy-ssh-keys.path:0644",
    "//ic-os/node/guest:deploy-ssh-keys.service": "/etc/systemd/system/deploy-ssh-keys.service:0644",
    "//ic-os/node/guest:deploy-ssh-keys.sh": "/opt/ic/bin/deploy-ssh-keys.sh:0755",
    "//ic-os/node/guest:generate-ic-config.service": "/etc/systemd/system/generate-ic-config.service:0644",
    "//ic-os/node/guest:generate-ic-config.sh": "/opt/ic/bin/generate-ic-config.sh:0755",
    "//ic-os/node/guest:ic-boot-manager.socket": "/etc/systemd/system/ic-boot-manager.socket:0644",
    "//ic-os/node/guest:ic-boot-manager@.service": "/etc/systemd/system/ic-boot-manager@.service:0644",
    "//ic-os/node/guest:ic-node.tmpfiles": "/usr/lib/tmpfiles.d/ic-node.conf:0644",
    "//ic-os/node/guest:ic-replica.service": "/etc/systemd/system/ic-replica.service:0644",
}

# Programs, which enter the image in its last stages: `services` of icos_build. They run on the Node of the GuestOS.
NODE_SERVICES = {
    "//ic-os/node/orchestrator:orchestrator.mjs": "/opt/ic/bin/orchestrator.mjs:0644",
    "//ic-os/node/replica:replica.mjs": "/opt/ic/bin/replica.mjs:0644",
}

# Units to enable.
NODE_UNITS = [
    "deploy-ssh-keys.path",
    "generate-ic-config.service",
    "ic-boot-manager.socket",
    "ic-replica.service",
]

# All of it, as icos_build takes it.
REFERENCE_NODE = struct(
    components = NODE_COMPONENTS,
    services = NODE_SERVICES,
    units = NODE_UNITS,
)
