"""What VM targets tell each other."""

VmInfo = provider(
    doc = "A virtual machine that can be started on this host.",
    fields = {
        "accelerator": "string: `kvm` or `tcg`.",
        "description": "File: JSON that the launcher reads, see tools/launch/description.ts.",
        "image": "DiskImageInfo: what it boots.",
        "vm": "string: first part of the names of its guests.",
    },
)

RemoteVmInfo = provider(
    doc = "A virtual machine that can be started on a farm.",
    fields = {
        "description": "File: JSON that the launcher reads, see tools/farm/launch/description.ts.",
        "vm": "string: name of the VM, and first part of the names of its groups.",
    },
)

TestnetInfo = provider(
    doc = "A testnet that can be created on this host.",
    fields = {
        "description": "File: JSON that the commands read, see tools/testnet/description.ts.",
        "image_runfiles": "runfiles: the image that its nodes boot.",
        "runfiles": "runfiles: the description and the programs of the driver.",
        "testnet": "string: its name.",
        "update_runfiles": "runfiles: what its nodes can be upgraded to.",
    },
)
