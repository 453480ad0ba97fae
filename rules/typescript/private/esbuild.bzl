"""The `esbuild` rule: bundles TypeScript through @bazel/esbuild's launcher."""

load("//rules/npm:providers.bzl", "NpmPackageInfo")
load("//rules/toolchains/node:node_toolchain.bzl", "TOOLCHAIN_TYPE")
load("//rules/typescript:providers.bzl", "TypeScriptInfo")
load("//rules/typescript/private:inputs.bzl", "DEPS_DOC", "data_runfiles", "typescript_inputs")
load("//rules/typescript/private:view.bzl", "VIEW_ATTRS", "run_in_view")

# A bundle holds CommonJS packages, which call require() for Node's own modules;
# an ES module has no require(), and a CommonJS bundle no import.meta.url.
_ESM_BANNER = "import { createRequire as $createRequire } from 'node:module'; const require = $createRequire(import.meta.url);"
_CJS_BANNER = "const $importMetaUrl = require('node:url').pathToFileURL(__filename).href;"
_CJS_DEFINE = {"import.meta.url": "$importMetaUrl", "import.meta.dirname": "__dirname", "import.meta.filename": "__filename"}

def _entry_points(ctx):
    if bool(ctx.file.entry_point) == bool(ctx.files.entry_points):
        fail("{}: expected one of entry_point and entry_points, got {}".format(ctx.label, "both" if ctx.file.entry_point else "neither"))
    return [ctx.file.entry_point] if ctx.file.entry_point else ctx.files.entry_points

def _options(ctx, entries, metafile):
    esm = ctx.attr.format == "esm"
    for_node = ctx.attr.platform == "node"
    options = {
        "bundle": True,
        "define": (_CJS_DEFINE if for_node and not esm else {}) | ctx.attr.define,
        "entryPoints": [f.path for f in entries],
        "external": ctx.attr.external,
        "format": ctx.attr.format,
        "logLevel": "warning",
        "metafile": bool(metafile),
        "minify": ctx.attr.minify,
        "platform": ctx.attr.platform,
        "preserveSymlinks": True,
        "sourcesContent": ctx.attr.sources_content,
        "splitting": ctx.attr.splitting,
        "target": ctx.attr.target,
    }
    if ctx.attr.sourcemap:
        options["sourcemap"] = ctx.attr.sourcemap
    if for_node:
        options["banner"] = {"js": _ESM_BANNER if esm else _CJS_BANNER}
    return options | ctx.attr.args | (json.decode(ctx.attr.args_json) if ctx.attr.args_json else {})

def _esbuild_impl(ctx):
    toolchain = ctx.toolchains[TOOLCHAIN_TYPE]
    entries = _entry_points(ctx)
    info = typescript_inputs(ctx.files.srcs + entries, ctx.attr.deps)
    metafile = ctx.actions.declare_file(ctx.label.name + "_metadata.json") if ctx.attr.metafile else None
    options = _options(ctx, entries, metafile)
    failure = ctx.actions.declare_file(ctx.label.name + ".failure.txt") if ctx.attr.must_fail else None
    if failure:
        bundle = failure
        options["outfile"] = failure.path
    elif len(entries) > 1 or ctx.attr.splitting or ctx.attr.output_dir:
        bundle = ctx.actions.declare_directory(ctx.label.name)
        options["outdir"] = bundle.path
        if ctx.attr.format == "cjs":
            options["outExtension"] = {".js": ".cjs"}
    else:
        bundle = ctx.outputs.output or ctx.actions.declare_file(ctx.label.name + {"esm": ".mjs", "cjs": ".cjs"}.get(ctx.attr.format, ".js"))
        options["outfile"] = bundle.path
    maps = []
    if ctx.attr.sourcemap in ["linked", "external"] and "outfile" in options:
        maps = [ctx.actions.declare_file(bundle.basename + ".map", sibling = bundle)]

    options_file = ctx.actions.declare_file(ctx.label.name + ".esbuild.json")
    ctx.actions.write(options_file, json.encode_indent(options))
    launcher = [f for f in toolchain.esbuild.launcher.to_list() if f.path.endswith("/@bazel/esbuild")][0]
    args = ctx.actions.args()
    args.add("--preserve-symlinks")
    args.add("--preserve-symlinks-main")
    args.add(launcher.path + "/launcher.js")
    args.add(options_file, format = "--esbuild_args=%s")
    if metafile:
        args.add(metafile, format = "--metafile=%s")
    if ctx.file.config:
        args.add(ctx.file.config, format = "--config_file=%s")
    env = {"ESBUILD_BINARY_PATH": toolchain.esbuild.executable.path}
    if ctx.attr.max_threads:
        env["GOMAXPROCS"] = str(ctx.attr.max_threads)
    run_in_view(
        ctx,
        info,
        failure = failure,
        program = None,
        arguments = [args],
        env = env,
        inputs = [options_file] + ([ctx.file.config] if ctx.file.config else []),
        tools = [toolchain.esbuild.executable, toolchain.esbuild.launcher],
        outputs = [bundle] + maps + ([metafile] if metafile else []),
        mnemonic = "Esbuild",
        progress_message = "Bundling %{label}",
    )
    if failure:
        return [DefaultInfo(files = depset([failure]))]
    return [
        DefaultInfo(
            files = depset([bundle] + maps),
            runfiles = ctx.runfiles([bundle] + maps).merge(data_runfiles(ctx, ctx.attr.deps)),
        ),
        OutputGroupInfo(metafile = depset([metafile] if metafile else [])),
    ]

esbuild = rule(
    implementation = _esbuild_impl,
    doc = "Bundles TypeScript or JavaScript into one file, or into a folder. The attributes are those of @bazel/esbuild.",
    attrs = {
        "args": attr.string_dict(doc = "Further options of esbuild's JavaScript API, as strings."),
        "args_json": attr.string(doc = "Further options, as one JSON object, for values that are no strings."),
        "config": attr.label(allow_single_file = [".js", ".mjs"], doc = "A module whose default export is an object of options, for example plug-ins."),
        "define": attr.string_dict(doc = "Global identifiers that are replaced by JavaScript expressions."),
        "deps": attr.label_list(providers = [[TypeScriptInfo], [NpmPackageInfo]], doc = DEPS_DOC),
        "entry_point": attr.label(allow_single_file = [".ts", ".tsx", ".mts", ".js", ".mjs"], doc = "The file to bundle from."),
        "entry_points": attr.label_list(allow_files = True, doc = "Several files to bundle from; the output is a folder."),
        "must_fail": attr.bool(doc = "For tests of the rules: bundling must fail; the output is `<name>.failure.txt`, what esbuild printed."),
        "external": attr.string_list(doc = "Modules that stay imports."),
        "format": attr.string(default = "esm", values = ["iife", "cjs", "esm"], doc = "Module format of the output."),
        "max_threads": attr.int(doc = "Limits esbuild's threads; 0 leaves it to esbuild."),
        "metafile": attr.bool(doc = "Also writes `<name>_metadata.json`: what went into the bundle. In the output group `metafile`."),
        "minify": attr.bool(doc = "Makes the output small instead of readable."),
        "output": attr.output(doc = "Name of the output file. Default: the name with `.mjs`, `.cjs` or `.js` by `format`."),
        "output_dir": attr.bool(doc = "Writes a folder even for a single entry point."),
        "platform": attr.string(default = "node", values = ["node", "browser", "neutral"], doc = "What runs the output."),
        "sourcemap": attr.string(values = ["", "inline", "linked", "external", "both"], doc = "Whether and where to write a source map. Default: none."),
        "sources_content": attr.bool(doc = "Puts the sources into the source map."),
        "splitting": attr.bool(doc = "Puts code that several entry points share into files of its own; the output is a folder."),
        "srcs": attr.label_list(allow_files = True, doc = "Further sources that the entry points import."),
        "target": attr.string(default = "node24", doc = "Oldest environment the output runs on, such as `node24` or `es2022`."),
    } | VIEW_ATTRS,
    toolchains = [TOOLCHAIN_TYPE],
)
