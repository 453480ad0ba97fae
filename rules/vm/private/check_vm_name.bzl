"""What VM rules share about names."""

_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"

def check_vm_name(label, vm, attribute = "vm"):
    """Fails for a name of a VM that cannot be part of host names and paths; the description.ts of tools/launch, tools/farm/launch and tools/testnet say the same."""
    if not vm or vm[0] not in _LETTERS or [c for c in vm.elems() if c not in _LETTERS + "-"]:
        fail("{}: {}: expected lower-case letters, digits and hyphens, first no hyphen, got \"{}\"".format(label, attribute, vm))

def typed_label(label):
    """The label as one types it: without the `@@` of the main repository."""
    text = str(label)
    return text.lstrip("@") if text.startswith("@@//") or text.startswith("@//") else text
