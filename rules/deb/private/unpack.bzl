"""Unpacks .debs into the top of a repository."""

load(":closure.bzl", "LIBRARIES")

# What no program reads at run time.
_DROPPED = [
    "usr/games",
    "usr/include",
    "usr/share/applications",
    "usr/share/bash-completion",
    "usr/share/bug",
    "usr/share/doc",
    "usr/share/icons",
    "usr/share/info",
    "usr/share/lintian",
    "usr/share/locale",
    "usr/share/man",
    "usr/share/zsh",
    "var",
]

# Folders that are links into usr/ on every current Debian and Ubuntu, though packages of older ones still use them.
_MERGED = ["bin", "lib", "lib64", "sbin"]

def unpack(rctx, debs):
    """Unpacks packages over each other, as dpkg would, and drops documentation.

    Args:
      rctx: the repository context.
      debs: paths of the .debs, which are removed.
    """
    for deb in debs:
        rctx.report_progress("unpacking " + deb.rpartition("/")[2])
        rctx.extract(deb, output = "members")
        data = [m for m in rctx.path("members").readdir() if m.basename.startswith("data.tar")]
        if len(data) != 1:
            fail("{}: expected one data.tar in it, got {}".format(deb, data))
        rctx.extract(data[0])
        rctx.delete("members")
        rctx.delete(deb)
    for folder in _MERGED:
        _merge(rctx, folder)
    for folder in _DROPPED:
        rctx.delete(folder)
    _join_gconv_modules(rctx)

def _merge(rctx, folder):
    if not rctx.path(folder).exists:
        return
    result = rctx.execute(["sh", "-c", "mkdir -p usr/{0} && if [ ! -L {0} ]; then cp -a {0}/. usr/{0}/; fi && rm -rf {0}".format(folder)])
    if result.return_code:
        fail("merging {} into usr failed:\n{}".format(folder, result.stderr))

# glibc reads gconv-modules.d, but takes no links in it (gconv_parseconfdir.h), and all files of a sandbox are links.
def _join_gconv_modules(rctx):
    folder = LIBRARIES + "/gconv/gconv-modules.d"
    if not rctx.path(folder).exists:
        return
    parts = [LIBRARIES + "/gconv/gconv-modules"] + sorted([folder + "/" + file.basename for file in rctx.path(folder).readdir()])
    rctx.file(LIBRARIES + "/gconv/gconv-modules", "\n".join([rctx.read(part, watch = "no") for part in parts]), executable = False)
    rctx.delete(folder)
