"""Downloads locked packages."""

load(":lock.bzl", "refresh_command")

_GONE = """deb: {name} {version} cannot be downloaded, or is not what the lock says. Tried:
{tried}
A mirror keeps only what its suites hold now. To move {lock} to that:
  {refresh}
Or name a mirror that keeps old versions (a snapshot): --repo_env=ICOS_DEBIAN_MIRROR=URL"""

def start_download(rctx, package, mirrors, output):
    """Starts to download one package.

    Args:
      rctx: the repository context.
      package: entry of the lock.
      mirrors: dict from archive to URLs.
      output: path to write, below the repository.

    Returns:
      a download, for `finish_download`.
    """
    urls = ["{}/{}".format(url, package["path"]) for url in mirrors[package["archive"]]]
    token = rctx.download(url = urls, output = output, sha256 = package["sha256"], allow_fail = True, block = False)
    return struct(package = package, urls = urls, token = token)

def unfinished_message(downloads, lock_label):
    """What to say of downloads that failed: all of them, what was tried, and the way out.

    Args:
      downloads: list of struct(package, urls).
      lock_label: label of the lock.

    Returns:
      the message.
    """
    return "\n".join([
        _GONE.format(
            name = d.package["name"],
            version = d.package["version"],
            tried = "\n".join(["  " + url for url in d.urls]),
            lock = lock_label,
            refresh = refresh_command(lock_label),
        )
        for d in downloads
    ])

def finish_downloads(downloads, lock_label):
    """Waits for downloads and fails, naming each package that could not be had."""
    failed = [d for d in downloads if not d.token.wait().success]
    if failed:
        fail(unfinished_message(failed, lock_label))
