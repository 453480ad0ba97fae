"""What a set of Debian packages tells the rules that use it."""

DebPackagesInfo = provider(
    doc = "Debian packages, pinned by a lock.",
    fields = {
        "packages": "list of struct(name = string, version = string, size = int (bytes of the .deb), file = File of the .deb), sorted by name as in the lock.",
    },
)
