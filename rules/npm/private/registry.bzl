"""Finds the npm registry of this machine."""

_HOW = """npm: no registry is configured on this machine.
  Give one on the command line or in .bazelrc.user:  --repo_env=NPM_CONFIG_REGISTRY=URL
  or install npm, whose configuration is read:        npm config get registry"""

def npm_registry(rctx):
    """The registry's URL: the environment's NPM_CONFIG_REGISTRY, else what npm itself would use.

    No registry is named in this project, so that a machine behind a mirror needs no change to it.

    Args:
      rctx: the repository context.

    Returns:
      the URL, without a slash at its end.
    """
    url = rctx.getenv("NPM_CONFIG_REGISTRY")
    npm = rctx.which("npm")
    if not url and npm:
        result = rctx.execute([npm, "config", "get", "registry"])
        url = result.stdout.strip() if result.return_code == 0 else None
    if not url or not url.startswith("http"):
        fail(_HOW)
    return url.rstrip("/")
