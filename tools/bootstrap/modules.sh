# shellcheck shell=sh
# Sourced by build-prefix.sh: Bazel modules without a module registry. bazel_tools, a part of every workspace, names a dozen modules;
# Debian packages most of them, and for the rest their name is enough.

# Package and folder (in Bazel's install base) of each module that Debian has.
debian_modules='bazel_features:bazel-features:tools/features bazel_skylib:bazel-skylib:tools/skylib platforms:bazel-platforms:tools/platforms
  rules_cc:bazel-rules-cc:rules/cc rules_java:bazel-rules-java:rules/java rules_license:bazel-rules-license:rules/license
  rules_proto:bazel-rules-proto:rules/proto rules_python:bazel-rules-python:rules/python rules_shell:bazel-rules-shell:rules/shell'
module_packages=$(for module in $debian_modules; do module=${module#*:} && echo "${module%:*}"; done)

# Modules of which bazel_tools needs the name only.
stub_modules='apple_support buildozer protobuf zlib'

# write_modules ROOT FINAL: the stubs, and ROOT/etc/bazelrc with one override a module.
write_modules() {
  for stub in $stub_modules; do
    mkdir -p "$1/usr/share/bazel-modules/$stub"
    echo "module(name = \"$stub\")" > "$1/usr/share/bazel-modules/$stub/MODULE.bazel"
    : > "$1/usr/share/bazel-modules/$stub/BUILD.bazel"
  done
  write_buildozer "$1/usr/share/bazel-modules/buildozer"
  {
    echo "# Written by tools/bootstrap/modules.sh; bin/bazel reads it before the workspace's .bazelrc."
    echo "# A lock file would hold paths of this machine."
    echo "common --lockfile_mode=off"
    echo "# WORKSPACE's built-in part fetches toolchains from the network, needed or not."
    echo "common --noenable_workspace"
    for module in $debian_modules; do
      echo "common --override_module=${module%%:*}=$2/usr/share/bazel/${module##*:}"
    done
    for stub in $stub_modules; do
      echo "common --override_module=$stub=$2/usr/share/bazel-modules/$stub"
    done
  } > "$1/etc/bazelrc"
}

# Bazel refuses to override a module that is not in the graph, so this one, which is in every graph, depends on all.
# It also holds the extension that bazel_tools takes from it.
write_buildozer() {
  for module in $debian_modules; do
    echo "bazel_dep(name = \"${module%%:*}\")"
  done >> "$1/MODULE.bazel"
  cat > "$1/buildozer_binary.bzl" << 'END'
"""Stands in for the program that `bazel mod tidy` would download."""

def _buildozer_repository_impl(rctx):
    rctx.file("BUILD.bazel", "exports_files(['buildozer.exe'])")
    rctx.file("buildozer.exe", "#!/bin/sh\necho 'buildozer: not among the Debian packages; edit MODULE.bazel by hand' >&2\nexit 1\n")

_buildozer_repository = repository_rule(implementation = _buildozer_repository_impl)

def _buildozer_binary_impl(_mctx):
    _buildozer_repository(name = "buildozer_binary")

buildozer_binary = module_extension(implementation = _buildozer_binary_impl)
END
}
