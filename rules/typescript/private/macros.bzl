"""The macros behind rules/typescript: each makes the rule's target last, under the name the user gave."""

load("//rules/typescript/private:esbuild.bzl", "esbuild")
load("//rules/typescript/private:jest_test.bzl", "bundled_jest_test")
load("//rules/typescript/private:ts_binary.bzl", "ts_binary_rule")
load("//rules/typescript/private:ts_project.bzl", ts_project_rule = "ts_project")

def ts_project(name, srcs, tsconfig = "//:tsconfig.json", package_json = "//:package.json", **kwargs):
    """TypeScript sources, type-checked on every build.

    Args:
      name: name of the target; `deps` of others name it.
      srcs: the sources. A source belongs to one target only.
      tsconfig: compiler options; default: the tsconfig.json at the top of the caller's repository.
      package_json: the package.json beside it.
      **kwargs: see the rule `ts_project` in ts_project.bzl.
    """
    ts_project_rule(name = name, srcs = srcs, tsconfig = tsconfig, package_json = package_json, **kwargs)

def ts_binary(name, entry_point, deps = [], data = [], fixed_args = [], tsconfig = "//:tsconfig.json", package_json = "//:package.json", testonly = False, visibility = None, tags = [], **kwargs):
    """A program: its entry point is type-checked, bundled with all it imports, and runs on the pinned Node.

    Args:
      name: name of the program: `bazel run :name -- ARGS`, or an action's executable.
      entry_point: the TypeScript file that starts it.
      deps: what the entry point imports: `ts_project` targets and npm packages.
      data: files it reads at run time.
      fixed_args: arguments put before those of the caller; `$(rlocationpath :label)` of a target in `data` is replaced.
      tsconfig: see `ts_project`.
      package_json: see `ts_project`.
      testonly: as in every rule.
      visibility: as in every rule.
      tags: as in every rule.
      **kwargs: for the `esbuild` rule, such as `minify` or `define`.
    """
    ts_project(
        name = name + ".types",
        testonly = testonly,
        srcs = [entry_point],
        package_json = package_json,
        tsconfig = tsconfig,
        visibility = ["//visibility:private"],
        deps = deps,
    )
    esbuild(
        name = name + ".bundle",
        testonly = testonly,
        entry_point = entry_point,
        visibility = ["//visibility:private"],
        deps = deps + [name + ".types"],
        **kwargs
    )
    ts_binary_rule(
        name = name,
        testonly = testonly,
        bundle = name + ".bundle",
        data = data,
        fixed_args = fixed_args,
        tags = tags,
        visibility = visibility,
    )

def jest_test(name, srcs, deps = [], data = [], tsconfig = "//:tsconfig.json", package_json = "//:package.json", external = [], **kwargs):
    """jest tests, type-checked and bundled.

    Args:
      name: name of the test target.
      srcs: test files, each a file of jest's.
      deps: what they import, `@npm//:@jest/globals` included.
      data: files and programs they use at run time.
      tsconfig: see `ts_project`.
      package_json: see `ts_project`.
      external: modules that stay imports; they are found in the `node_modules` that has jest.
      **kwargs: for the rule `jest_test` in jest_test.bzl, and those of every test (`size`, `tags`, ...).
    """
    ts_project(
        name = name + ".types",
        testonly = True,
        srcs = srcs,
        package_json = package_json,
        tsconfig = tsconfig,
        visibility = ["//visibility:private"],
        deps = deps,
    )
    esbuild(
        name = name + ".bundle",
        testonly = True,
        entry_points = srcs,
        # jest puts its own functions into the modules named so.
        external = ["@jest/globals"] + external,
        format = "cjs",
        output_dir = True,
        sourcemap = "inline",
        visibility = ["//visibility:private"],
        deps = deps + [name + ".types"],
    )
    bundled_jest_test(name = name, bundle = name + ".bundle", data = data, **kwargs)
