"""Reads npm's package-lock.json, lockfileVersion 3.

Format: https://docs.npmjs.com/cli/configuring-npm/package-lock-json
"""

# What this rule set runs on; optional packages for other platforms are left out.
_PLATFORM = {"cpu": "x64", "libc": "glibc", "os": "linux"}

def _for_this_platform(entry):
    for key, value in _PLATFORM.items():
        wanted = entry.get(key)
        if wanted and value not in wanted:
            return False
    return True

def read_lock(text, path):
    """Parses a lock file.

    Args:
      text: content of the lock file.
      path: its name, for messages.

    Returns:
      dict from install path (`node_modules/execa`) to the lock's entry, for every package of this platform.
    """
    lock = json.decode(text)
    version = lock.get("lockfileVersion")
    if version != 3:
        fail("{}: expected lockfileVersion 3, got {}. Run: npm install --package-lock-only --lockfile-version=3".format(path, version))
    packages = {k: v for k, v in lock["packages"].items() if k and not v.get("link") and _for_this_platform(v)}
    unpinned = [k for k, v in packages.items() if "integrity" not in v]
    if unpinned:
        fail("{}: no integrity sum for: {}. Run: npm install --package-lock-only".format(path, ", ".join(unpinned)))
    return packages

def package_name(path, entry):
    """The npm name of the package that is installed at `path`; an alias gives the name of what it stands for."""
    return entry.get("name", path.rpartition("node_modules/")[2])

def tarball_url(registry, path, entry):
    """Where the registry keeps a package's tarball. A lock file written against a private registry says it itself."""
    if entry.get("resolved", "").startswith("http"):
        return entry["resolved"]
    name = package_name(path, entry)
    return "{}/{}/-/{}-{}.tgz".format(registry, name, name.rpartition("/")[2], entry["version"])

def is_nested(path):
    """Whether a package is installed inside another one's folder."""
    return "/node_modules/" in path

def _resolve(packages, importer, dependency):
    # Node's own search: the importer's node_modules folder, then each one above. The bound is the nesting depth.
    at = importer
    for _ in range(32):
        path = (at + "/" if at else "") + "node_modules/" + dependency
        if path in packages:
            return path
        if not at:
            return None
        at = at.rpartition("node_modules/")[0].removesuffix("/")
    return None

def closure(packages, root):
    """Top-level install paths of a package and of all that it needs, sorted.

    The types of a package written in plain JavaScript come along when the lock file has them.
    """
    seen = {root: None}
    queue = [root]
    types = "node_modules/@types/" + root.removeprefix("node_modules/")
    if types in packages:
        seen[types] = None
        queue.append(types)
    for _ in range(len(packages) + 1):
        if not queue:
            break
        found = []
        for path in queue:
            for kind in ["dependencies", "optionalDependencies", "peerDependencies"]:
                for dependency in packages[path].get(kind, {}):
                    resolved = _resolve(packages, path, dependency)
                    if resolved and resolved not in seen:
                        seen[resolved] = None
                        found.append(resolved)
        queue = found

    # A nested package (a/node_modules/b) comes along with the folder of the one that holds it.
    return sorted([path for path in seen if not is_nested(path)])
