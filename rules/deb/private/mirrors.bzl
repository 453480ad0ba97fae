"""Finds the mirrors of Debian archives that this machine is to use, once for all packages of a lock."""

_WATCHED = ["/etc/apt/sources.list", "/etc/apt/sources.list.d"]

_HOW = """deb: no mirror is known for the archive "{archive}".
  Looked at: ICOS_DEBIAN_MIRROR ({given}); the host's apt ({sites}).
  Give one on the command line or in .bazelrc.user:  --repo_env=ICOS_DEBIAN_MIRROR=URL
  The URL ends in /{archive}; else write {archive}=URL. Several, apart by commas, are tried in turn."""

def _fits(archive, url):
    return url.rstrip("/").endswith("/" + archive)

def mirrors_of(archive, given, sites):
    """URLs that may serve an archive; the same choice as tools/deb/mirror.ts.

    Args:
      archive: last path segment of the archive's URL, such as `debian-security`.
      given: what the user gave: URLs, or `archive=URL`.
      sites: what the host's apt uses.

    Returns:
      list of URLs without a slash at the end, best first; empty when there is none.
    """
    found = []
    for mirror in given:
        name, equals, url = mirror.partition("=")
        if equals and "/" not in name:
            found += [url] if name == archive else []
        elif _fits(archive, mirror):
            found.append(mirror)
    if not found:
        found = [s for s in sites if s.startswith("http") and _fits(archive, s)]
    return {url.rstrip("/"): None for url in found}.keys()

def _host_sites(rctx):
    # No mirror is named in this project, so that a machine behind one needs no change to it.
    apt_get = rctx.which("apt-get")
    if not apt_get:
        return []
    for path in _WATCHED:
        if rctx.path(path).exists:
            if rctx.path(path).is_dir:
                rctx.watch_tree(path)
            else:
                rctx.watch(path)
    result = rctx.execute([apt_get, "indextargets", "--format", "$(SITE)", "Created-By: Packages"])
    return {line: None for line in result.stdout.split("\n") if line}.keys() if result.return_code == 0 else []

def _mirrors_repository_impl(rctx):
    environment = rctx.getenv("ICOS_DEBIAN_MIRROR") or ""
    given = [g for g in environment.replace(",", " ").split(" ") if g]
    sites = _host_sites(rctx)
    result = {}
    for archive in rctx.attr.archives:
        urls = mirrors_of(archive, given, sites)
        if not urls:
            fail(_HOW.format(archive = archive, given = environment or "not set", sites = " ".join(sites) or "none"))
        result[archive] = urls
    rctx.file("mirrors.json", json.encode(result))
    rctx.file("BUILD.bazel", "exports_files([\"mirrors.json\"])\n")

mirrors_repository = repository_rule(
    implementation = _mirrors_repository_impl,
    doc = "mirrors.json: a dict from archive to the URLs that serve it on this machine.",
    attrs = {
        "archives": attr.string_list(mandatory = True, doc = "Archives that a lock names."),
    },
    configure = True,
)
