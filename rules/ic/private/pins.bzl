"""Reads a pin file: which programs make a release. Written by tools/ic-release, which checks it with the same rules."""

_REFRESH = "bazel run @rules_icos//tools/ic-release:pin -- --base-url URL --release NAME --output FILE"

_FIELDS = ["compression", "name", "path", "sha256", "size"]

def _is_sum(text):
    return len(text) == 64 and not text.strip("0123456789abcdef")

def _problems(pins):
    if type(pins) != "dict":
        return ["expected an object"]
    found = []
    if pins.get("version") != 1:
        found.append("version: expected 1, got {}".format(pins.get("version")))
    base_url = pins.get("baseUrl")
    if type(base_url) != "string" or not base_url.startswith("http"):
        found.append("baseUrl: expected an http(s) URL, got {}".format(base_url))
    files = pins.get("files")
    if type(files) != "list" or not files:
        return found + ["files: expected a list of programs"]
    names = {}
    for index, entry in enumerate(files):
        at = "files.{}".format(index)
        if type(entry) != "dict" or sorted(entry) != _FIELDS:
            found.append("{}: expected the fields {}".format(at, ", ".join(_FIELDS)))
            continue
        if not _is_sum(str(entry["sha256"])):
            found.append("{}.sha256: expected 64 hexadecimal digits, got {}".format(at, entry["sha256"]))
        if entry["compression"] not in ["", "gz"]:
            found.append("{}.compression: expected \"\" or \"gz\", got {}".format(at, entry["compression"]))
        if [part for part in str(entry["path"]).split("/") if part in ["", ".", ".."]]:
            found.append("{}.path: expected a relative path without . and .., got {}".format(at, entry["path"]))
        if "/" in str(entry["name"]) or entry["name"] in names:
            found.append("{}.name: expected a name that stands once, got {}".format(at, entry["name"]))
        names[entry["name"]] = None
    return found

def read_pins(text, label):
    """Parses a pin file; fails with all that is wrong with it.

    Args:
      text: its content.
      label: its label, for messages.

    Returns:
      struct(release, base_url, files), files: list of dicts with name, path, size, sha256, compression.
    """
    pins = json.decode(text, default = None)
    found = _problems(pins)
    if found:
        fail("ic_release: {}: {}\n  - {}\n  Write it with: {}".format(label, "1 problem" if len(found) == 1 else "{} problems".format(len(found)), "\n  - ".join(found), _REFRESH))
    return struct(release = pins.get("release"), base_url = pins["baseUrl"], files = pins["files"])
