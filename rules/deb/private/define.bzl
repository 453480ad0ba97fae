"""Defines the repositories of a lock; called from module extensions."""

load(":deb_repository.bzl", "deb_repository")
load(":hub_repository.bzl", "hub_repository")
load(":lock.bzl", "read_lock", "repository_name")
load(":mirrors.bzl", "mirrors_repository")
load(":tools_repository.bzl", "tools_repository")

def _mirrors(name, packages):
    repository = name + "__mirrors"
    mirrors_repository(name = repository, archives = {package["archive"]: None for package in packages}.keys())
    return "@{}//:mirrors.json".format(repository)

def define_packages(mctx, tag):
    """Defines the repositories of a `deb.packages` tag.

    Args:
      mctx: the module context.
      tag: struct with the attributes of the tag.
    """
    lock = read_lock(mctx.read(tag.lock), tag.lock)
    mirrors = _mirrors(tag.name, lock.packages.values())
    repositories = {name: repository_name(tag.name, name) for name in lock.packages}
    for name, package in lock.packages.items():
        deb_repository(name = repositories[name], lock = str(tag.lock), mirrors = mirrors, package = json.encode(package))
    hub_repository(name = tag.name, lock = str(tag.lock), packages = repositories, sets = lock.sets)

def define_tools(mctx, tag):
    """Defines the repository of a `deb.tools` tag.

    Args:
      mctx: the module context.
      tag: struct with the attributes of the tag.
    """
    lock = read_lock(mctx.read(tag.lock), tag.lock)
    if tag.set not in lock.sets:
        fail("deb.tools {}: expected one of the sets {} of {}, got {}".format(tag.name, ", ".join(lock.sets), tag.lock, tag.set))
    packages = [lock.packages[name] for name in lock.sets[tag.set]]
    tools_repository(
        name = tag.name,
        arguments = tag.arguments,
        data = tag.data,
        environment = tag.environment,
        files = tag.files,
        lock = str(tag.lock),
        mirrors = _mirrors(tag.name, packages),
        packages = [json.encode(package) for package in packages],
        programs = tag.programs,
        set = tag.set,
        opens = tag.opens,
        starts = tag.starts,
    )
