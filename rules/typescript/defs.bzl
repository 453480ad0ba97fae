"""TypeScript under Bazel: check types, bundle, run, test.

    load("@rules_icos//rules/typescript:defs.bzl", "esbuild", "jest_test", "ts_binary", "ts_project")

Attribute names are those of @bazel/typescript and @bazel/esbuild. Files below `private/` are not for loading.
"""

load("//rules/typescript:providers.bzl", _TypeScriptInfo = "TypeScriptInfo")
load("//rules/typescript/private:esbuild.bzl", _esbuild = "esbuild")
load("//rules/typescript/private:macros.bzl", _jest_test = "jest_test", _ts_binary = "ts_binary", _ts_project = "ts_project")

TypeScriptInfo = _TypeScriptInfo
ts_project = _ts_project
esbuild = _esbuild
ts_binary = _ts_binary
jest_test = _jest_test
