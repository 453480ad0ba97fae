# shellcheck shell=sh
# Sourced by build-prefix.sh: completes Bazel's install base (its server jar and the files beside it), which Debian's packages lay out
# for a system-wide installation.

# complete_install_base ROOT FINAL
complete_install_base() {
  base=$1/usr/share/bazel

  # Debian's client appends these lines to the server's class path, after A-server.jar. Links are second names of the same jars.
  {
    echo "$2/usr/share/bazel-version"
    for jar in "$1"/usr/share/java/*.jar; do
      [ -L "$jar" ] || echo "$2${jar#"$1"}"
    done
  } > "$base/bazel_classpath_debian_depends.txt"

  # Debian's jar lacks its version: `bazel version` would fail and native.bazel_version be "". The time is that of no build.
  mkdir -p "$1/usr/share/bazel-version"
  printf 'build.label=%s\nbuild.timestamp.as.int=0\n' "$version" > "$1/usr/share/bazel-version/build-data.properties"

  # The server looks for its zstd library here.
  ln -sfn "../../../$library_folder/libzstd-jni.so" "$base/libzstd-jni.so"
}
