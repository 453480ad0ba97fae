"""Collects what a TypeScript target may read: its own files and those of its declared dependencies, nothing else."""

load("//rules/npm:providers.bzl", "NpmPackageInfo")
load("//rules/typescript:providers.bzl", "TypeScriptInfo")

DEPS_DOC = "What the sources import: `ts_project` targets and npm packages (`@npm//:execa`). An import of anything else fails."

def typescript_inputs(srcs, deps, packages = []):
    """Joins sources and dependencies into one TypeScriptInfo.

    Args:
      srcs: list of File.
      deps: list of Target that carry TypeScriptInfo or NpmPackageInfo.
      packages: list of File: package.json files whose name importers may use.

    Returns:
      TypeScriptInfo
    """
    projects = [d[TypeScriptInfo] for d in deps if TypeScriptInfo in d]
    npm_packages = [d[NpmPackageInfo] for d in deps if NpmPackageInfo in d]
    return TypeScriptInfo(
        packages = depset(packages, transitive = [p.packages for p in projects]),
        sources = depset(srcs, transitive = [p.sources for p in projects]),
        npm_directories = depset(transitive = [p.npm_directories for p in projects] + [p.directories for p in npm_packages]),
    )

def data_runfiles(ctx, deps):
    """Runfiles of the `data` of a target and of all its TypeScript dependencies."""
    runfiles = ctx.runfiles(files = getattr(ctx.files, "data", []))
    return runfiles.merge_all([
        t[DefaultInfo].default_runfiles
        for t in deps + getattr(ctx.attr, "data", [])
        if NpmPackageInfo not in t
    ])
