"""Writes the shell script that starts an unpacked program."""

load(":closure.bzl", "LIBRARIES", "LOADER")

def write_wrapper(rctx, name, program, dynamic, arguments, environment, starts_others):
    """Writes bin/<name>.

    Args:
      rctx: the repository context.
      name: the program's name, perhaps below a folder; its last part is argv[0], by which programs such as depmod know what to do.
      program: its path below the repository.
      dynamic: whether it needs a loader.
      arguments: put before those of the caller; `{prefix}` stands for the folder of the packages.
      environment: `NAME=value`; `{prefix}` likewise.
      starts_others: whether it finds other programs of the packages in PATH.
    """
    lines = []
    for variable in environment:
        key, _, value = variable.partition("=")
        lines.append("{}={}\nexport {}\n".format(key, _quoted(value), key))
    if starts_others:
        lines.append('PATH=$prefix/bin:$PATH\nexport PATH\n')
    command = ['"$prefix/{}"'.format(program)]
    if dynamic:
        # --library-path, not LD_LIBRARY_PATH: what the program starts must not inherit it.
        command = [
            '"$prefix/{}"'.format(LOADER),
            "--inhibit-cache",
            "--argv0 " + name.rpartition("/")[2],
            '--library-path "$prefix/{}"'.format(LIBRARIES),
        ] + command
    rctx.template("bin/" + name, Label("//rules/deb/private:tool.sh.tpl"), {
        "{command}": " ".join(command + [_quoted(argument) for argument in arguments]),
        "{environment}": "".join(lines),
        "{name}": name,
        "{program}": program,
        "{target}": program,
        "{up}": "/".join([".."] * (1 + name.count("/"))),
    }, executable = True)

def _quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("{prefix}", "$prefix") + '"'
