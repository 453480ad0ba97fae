"""The repository that holds programs of a package set, each with its own closure of files."""

load(":closure.bzl", "find_libraries")
load(":download.bzl", "finish_downloads", "start_download")
load(":unpack.bzl", "unpack")
load(":wrapper.bzl", "write_wrapper")

_HEAD = """\"\"\"Programs of {lock}, set {set}. Written by rules/deb; do not edit.\"\"\"

load("{rules}//rules/deb:defs.bzl", "deb_tool")

package(default_visibility = ["//visibility:public"])
"""

_TOOL = """
deb_tool(
    name = "{name}",
    wrapper = "bin/{name}",
    tools = {tools},
    data = {files} + glob({data}),
)
"""

_FILES = """
filegroup(
    name = "{name}",
    srcs = glob({globs}),
)
"""

_PROGRAM_FOLDERS = ["usr/bin", "usr/sbin", "usr/libexec"]

def _programs(rctx):
    programs = {}
    for entry in rctx.attr.programs:
        name, _, path = entry.partition("=")
        programs[name] = path or _search(rctx, name)
    return programs

def _search(rctx, name):
    for folder in _PROGRAM_FOLDERS:
        if rctx.path(folder + "/" + name).exists:
            return folder + "/" + name
    return None

def _check_names(rctx, programs):
    problems = [
        "{}: no such program; looked in {}".format(name, program or ", ".join(_PROGRAM_FOLDERS))
        for name, program in programs.items()
        if not program or not rctx.path(program).exists
    ]
    for attribute in ["arguments", "data", "environment", "opens", "starts"]:
        problems += ["{}: {} is not among the programs".format(attribute, name) for name in getattr(rctx.attr, attribute) if name not in programs]
    if problems:
        fail("deb.tools {}:\n  - {}".format(rctx.attr.set, "\n  - ".join(problems)))

def _tools_repository_impl(rctx):
    mirrors = json.decode(rctx.read(rctx.attr.mirrors))
    packages = [json.decode(package) for package in rctx.attr.packages]
    paths = ["debs/{}.deb".format(package["name"]) for package in packages]
    finish_downloads([start_download(rctx, package, mirrors, path) for package, path in zip(packages, paths)], rctx.attr.lock)
    unpack(rctx, paths)

    programs = _programs(rctx)
    _check_names(rctx, programs)
    opened = {path: None for paths in rctx.attr.opens.values() for path in paths}.keys()
    closures = find_libraries(rctx, programs.values() + opened)
    build = [_HEAD.format(lock = rctx.attr.lock, set = rctx.attr.set, rules = str(Label("//:MODULE.bazel")).partition("//")[0])]
    for name, program in programs.items():
        opens = rctx.attr.opens.get(name, [])
        closure = {path: None for path in closures[program] + opens + [path for library in opens for path in closures[library]]}.keys()
        starts = rctx.attr.starts.get(name, [])
        write_wrapper(
            rctx,
            name = name,
            program = program,
            dynamic = closure != [],
            arguments = rctx.attr.arguments.get(name, []),
            environment = rctx.attr.environment.get(name, []),
            starts_others = starts != [],
        )
        build.append(_TOOL.format(
            name = name,
            tools = json.encode([":" + other for other in starts]),
            files = json.encode([program] + closure),
            data = json.encode(rctx.attr.data.get(name, [])),
        ))
    for name, globs in rctx.attr.files.items():
        build.append(_FILES.format(name = name, globs = json.encode(globs)))
    rctx.file("BUILD.bazel", "".join(build))

tools_repository = repository_rule(
    implementation = _tools_repository_impl,
    doc = "Downloads and unpacks a set of packages and writes a `deb_tool` for each program asked for.",
    attrs = {
        "arguments": attr.string_list_dict(doc = "See `deb.tools`."),
        "data": attr.string_list_dict(doc = "See `deb.tools`."),
        "environment": attr.string_list_dict(doc = "See `deb.tools`."),
        "files": attr.string_list_dict(doc = "See `deb.tools`."),
        "lock": attr.string(mandatory = True, doc = "Label of the lock, for messages."),
        "mirrors": attr.label(mandatory = True, doc = "mirrors.json of a `mirrors_repository`."),
        "packages": attr.string_list(mandatory = True, doc = "Entries of the lock, as JSON, in the order to unpack them."),
        "programs": attr.string_list(mandatory = True, doc = "See `deb.tools`."),
        "set": attr.string(mandatory = True, doc = "Name of the set, for messages."),
        "opens": attr.string_list_dict(doc = "See `deb.tools`."),
        "starts": attr.string_list_dict(doc = "See `deb.tools`."),
    },
)
