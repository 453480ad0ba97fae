"""What a tool of a toolchain tells the rules that run it."""

DebToolInfo = provider(
    doc = "A program from pinned .debs that runs on any Linux of its architecture: with its own loader and libraries, none of the host's.",
    fields = {
        "executable": "File: the program, or a POSIX-sh wrapper that starts it.",
        "files": "depset of File: all the program needs, the executable included. Give it as `tools` of an action, or as runfiles.",
    },
)
