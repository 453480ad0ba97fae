"""Finds the shared libraries of unpacked programs."""

LOADER = "usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"
LIBRARIES = "usr/lib/x86_64-linux-gnu"

# glibc opens it by name when a thread is cancelled; no program lists it.
_OPENED_BY_GLIBC = LIBRARIES + "/libgcc_s.so.1"

def find_libraries(rctx, programs):
    """Asks the packages' own loader what each program needs.

    Args:
      rctx: the repository context, whose top folder holds the unpacked packages.
      programs: paths below it.

    Returns:
      dict from program to its loader and libraries; an empty list for a static program.
    """
    result = rctx.execute(["sh", rctx.path(Label("//rules/deb/private:closure.sh")), LOADER, LIBRARIES] + programs)
    if result.return_code:
        fail("listing shared libraries failed:\n" + result.stderr)
    found = {program: [] for program in programs}
    problems = []
    for line in result.stdout.split("\n"):
        program, _, library = line.partition("\t")
        if library.startswith("missing ") or library.startswith("foreign "):
            problems.append(program + ": " + library)
        elif library:
            found[program].append(library)
    if problems:
        fail("programs need libraries that their packages do not hold:\n  - " + "\n  - ".join(problems))
    always = [LOADER] + ([_OPENED_BY_GLIBC] if rctx.path(_OPENED_BY_GLIBC).exists else [])
    return {
        program: {path: None for path in always + libraries}.keys() if libraries else []
        for program, libraries in found.items()
    }
