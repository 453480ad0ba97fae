"""Reads a packages.lock.json. tools/deb writes and thoroughly validates it; rules/deb/README.md describes the format."""

_FIELDS = ["name", "version", "architecture", "suite", "archive", "path", "size", "sha256"]

def read_lock(text, lock_label):
    """Parses a lock.

    Args:
      text: content of the lock.
      lock_label: its label, for messages.

    Returns:
      struct(packages = dict from name to struct with the lock's fields, in the lock's order; sets = dict from set name to package names).
    """
    lock = json.decode(text)
    if lock.get("version") != 1:
        fail("{}: expected a lock of version 1, got {}. Run: {}".format(lock_label, lock.get("version"), refresh_command(lock_label)))
    problems = []
    for i, package in enumerate(lock["packages"]):
        missing = [field for field in _FIELDS if field not in package]
        if missing:
            problems.append("packages[{}] has no {}".format(i, ", ".join(missing)))
    packages = {package.get("name"): package for package in lock["packages"]}
    for name, members in lock["sets"].items():
        for member in members:
            if member not in packages:
                problems.append("set {}: {} is not among the packages".format(name, member))
    if problems:
        fail("{}:\n  - {}\nRun: {}".format(lock_label, "\n  - ".join(problems), refresh_command(lock_label)))
    return struct(packages = packages, sets = lock["sets"])

def refresh_command(lock_label):
    """The command that writes a lock anew: `deb_lock` is the target beside it, without `.json`."""
    label = str(lock_label).removesuffix(".json")
    return "bazel run " + (label.lstrip("@") if label.startswith("@@//") or label.startswith("@//") else label)

def repository_name(prefix, package):
    """Name of the repository that holds a package. Repository names may not hold a plus sign, package names no underscore."""
    return prefix + "__" + package.replace("+", "_")
