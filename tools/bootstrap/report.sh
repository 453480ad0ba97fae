# shellcheck shell=sh
# Sourced by install.sh and build-prefix.sh: what the user reads. Everything goes to stderr.

say() { printf 'tools/bazel: %s\n' "$*" >&2; }

# fail REASON [COMMAND ...]: ends with the whole story: each place that was tried, why it failed, and what to type.
fail() {
  reason=$1
  shift
  {
    echo "tools/bazel: cannot get Bazel $version"
    printf '%s' "${ICOS_BAZEL_TRIED-}"
    echo "  Debian packages: $reason"
    for command in "$@" \
      "npm install -g @bazel/bazelisk    # where Bazel's download site can be reached; then type the same again" \
      "BAZEL_REAL=/path/to/bazel tools/bazel ...    # a Bazel $version that you have"; do
      echo "  Try: $command"
    done
  } >&2
  exit 3
}
