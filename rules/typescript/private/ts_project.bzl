"""The `ts_project` rule: TypeScript sources, checked by tsc."""

load("//rules/npm:providers.bzl", "NpmPackageInfo")
load("//rules/toolchains/node:node_toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/typescript:providers.bzl", "TypeScriptInfo")
load("//rules/typescript/private:inputs.bzl", "DEPS_DOC", "data_runfiles", "typescript_inputs")
load("//rules/typescript/private:view.bzl", "VIEW_ATTRS", "run_in_view")

# Options of tsconfig.json that have an attribute of the same meaning: the names and
# the validator are those of @bazel/typescript.
_VALIDATED = {
    "allow_js": "allowJs",
    "composite": "composite",
    "declaration": "declaration",
    "declaration_map": "declarationMap",
    "emit_declaration_only": "emitDeclarationOnly",
    "incremental": "incremental",
    "preserve_jsx": "jsx",
    "resolve_json_module": "resolveJsonModule",
    "source_map": "sourceMap",
}

def _validate_options(ctx, stamp = None, failure = None):
    toolchain = ctx.toolchains[TOOLCHAIN_TYPE]
    attributes = {name: getattr(ctx.attr, name) for name in _VALIDATED}
    attributes["has_local_deps"] = False  # Relative imports resolve to sources here, never to declarations in the output tree.
    attributes["ts_build_info_file"] = ""
    validator = [f for f in toolchain.options_validator.to_list() if f.path.endswith("/@bazel/typescript")][0]
    args = ctx.actions.args()
    args.add("--preserve-symlinks")
    args.add("--preserve-symlinks-main")
    args.add(validator.path + "/internal/ts_project_options_validator.js")
    args.add(ctx.file.tsconfig)
    args.add(stamp or "unused")
    args.add(str(ctx.label).removeprefix("@@"))
    args.add(json.encode(attributes))
    run_in_view(
        ctx,
        typescript_inputs([ctx.file.tsconfig] + ctx.files.extends, []),
        program = None,
        arguments = [args],
        env = {"BINDIR": ctx.bin_dir.path},
        tools = [toolchain.options_validator],
        outputs = [stamp],
        failure = failure,
        mnemonic = "TsValidateOptions",
        progress_message = "Comparing tsconfig.json with the attributes of %{label}",
    )

def _check_types(ctx, info, **outputs):
    toolchain = ctx.toolchains[TOOLCHAIN_TYPE]

    # tsc runs on a tsconfig of its own, beside the output: the user's one, for exactly these sources.
    tsconfig = ctx.actions.declare_file(ctx.label.name + ".tsconfig.json")
    up = "/".join([".."] * tsconfig.path.count("/"))
    ctx.actions.write(tsconfig, json.encode_indent({
        "extends": up + "/" + ctx.file.tsconfig.path,
        "files": [up + "/" + f.path for f in ctx.files.srcs if not f.path.endswith(".json")],
        "include": [],
        "compilerOptions": {
            "noEmit": True,
            # Links of the sandbox are not followed: what is not declared is not found.
            "preserveSymlinks": True,
            "rootDir": up,
            "tsBuildInfoFile": None,
        },
    }))
    args = ctx.actions.args()
    args.add("--project", tsconfig)
    run_in_view(
        ctx,
        info,
        program = toolchain.tsc.to_list()[0].path + "/lib/tsc",
        arguments = [args],
        inputs = [tsconfig, ctx.file.tsconfig] + ctx.files.extends,
        tools = [toolchain.tsc],
        mnemonic = "TsCheck",
        progress_message = "Checking types of %{label}",
        **outputs
    )

def _ts_project_impl(ctx):
    toolchain = ctx.toolchains[TOOLCHAIN_TYPE]
    info = typescript_inputs(ctx.files.srcs + ctx.files.package_json, ctx.attr.deps, ctx.files.package_json if ctx.attr.importable else [])
    with_types = TypeScriptInfo(
        packages = info.packages,
        sources = info.sources,
        npm_directories = depset(transitive = [info.npm_directories, toolchain.node_types[NpmPackageInfo].directories]),
    )
    if ctx.attr.must_fail:
        failure = ctx.actions.declare_file(ctx.label.name + ".failure.txt")
        if ctx.attr.must_fail == "types":
            _check_types(ctx, with_types, failure = failure)
        else:
            _validate_options(ctx, failure = failure)
        return [DefaultInfo(files = depset([failure])), info]
    checked = ctx.actions.declare_file(ctx.label.name + ".types.ok")
    _check_types(ctx, with_types, stamp = checked)
    validations = [checked]
    if ctx.attr.validate:
        matching = ctx.actions.declare_file(ctx.label.name + ".options.ok")
        _validate_options(ctx, stamp = matching)
        validations.append(matching)
    return [
        DefaultInfo(files = depset(ctx.files.srcs), runfiles = data_runfiles(ctx, ctx.attr.deps)),
        info,
        OutputGroupInfo(_validation = depset(validations)),
    ]

ts_project = rule(
    implementation = _ts_project_impl,
    doc = """TypeScript sources that belong together, type-checked on every build.

The check is a validation action: it runs apart from bundling, so it delays nothing, and a type error fails `bazel build` all the same.
Nothing is emitted: `esbuild`, `ts_binary` and `jest_test` bundle the sources themselves.""",
    attrs = {
        "allow_js": attr.bool(doc = "Must equal `allowJs` of the tsconfig."),
        "composite": attr.bool(doc = "Must equal `composite` of the tsconfig."),
        "data": attr.label_list(allow_files = True, doc = "Files that the code reads at run time."),
        "declaration": attr.bool(doc = "Must equal `declaration` of the tsconfig."),
        "declaration_map": attr.bool(doc = "Must equal `declarationMap` of the tsconfig."),
        "deps": attr.label_list(providers = [[TypeScriptInfo], [NpmPackageInfo]], doc = DEPS_DOC),
        "emit_declaration_only": attr.bool(doc = "Must equal `emitDeclarationOnly` of the tsconfig."),
        "must_fail": attr.string(values = ["", "types", "options"], doc = "For tests of the rules: this check must fail; the output is `<name>.failure.txt`, what it printed."),
        "extends": attr.label_list(allow_files = [".json"], doc = "The tsconfig files that `tsconfig` extends."),
        "importable": attr.bool(doc = "Others may import it by the name in `package_json`, as its `exports` say: `import ... from \"NAME/PATH\"`, also from another repository."),
        "incremental": attr.bool(doc = "Must equal `incremental` of the tsconfig."),
        "package_json": attr.label(allow_single_file = ["package.json"], mandatory = True, doc = "Says whether Node treats the sources as ES modules."),
        "preserve_jsx": attr.bool(doc = "True when `jsx` of the tsconfig is `preserve`."),
        "resolve_json_module": attr.bool(doc = "Must equal `resolveJsonModule` of the tsconfig."),
        "source_map": attr.bool(doc = "Must equal `sourceMap` of the tsconfig."),
        "srcs": attr.label_list(allow_files = [".ts", ".tsx", ".mts", ".cts", ".json"], mandatory = True, allow_empty = False, doc = "The sources."),
        "tsconfig": attr.label(allow_single_file = [".json"], mandatory = True, doc = "Compiler options. Its `files` and `include` are ignored: `srcs` says what is checked."),
        "validate": attr.bool(default = True, doc = "Whether to compare the attributes with the tsconfig."),
    } | VIEW_ATTRS,
    provides = [TypeScriptInfo],
    toolchains = [TOOLCHAIN_TYPE],
)
