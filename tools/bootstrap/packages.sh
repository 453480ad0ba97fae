# shellcheck shell=sh
# Sourced by build-prefix.sh: which packages make a running Bazel. Debian's Depends also names compilers and JDKs that build Bazel's
# own rules; none of them is needed here.

bazel_packages='bazel-bootstrap bazel-bootstrap-data'

# Found with jdeps: exactly what Bazel's A-server.jar refers to and does not carry itself.
jar_packages='async-profiler-java libcaffeine-java libcommons-codec-java libcommons-compress-java libcommons-io-java
  libcommons-lang3-java libcommons-pool2-java libdiffutils-java libgeronimo-annotation-1.3-spec-java libgoogle-auth-java
  libgoogle-flogger-java libgoogle-gson-java libgoogle-http-client-java libgrpc-java libjsr305-java libopencensus-java
  libperfmark-java libreactive-streams-java librx-java libxz-java libzstd-jni-java'

# Newest first wins; older ones cannot read Bazel's class files (version 65, Java 21).
java_packages='openjdk-21-jre-headless openjdk-25-jre-headless'

# Shared libraries besides those in bazel-bootstrap's Depends. Without libblake3 Bazel silently loses its native library: the one
# inside A-server.jar needs it, and Depends does not say so.
library_packages='libzstd-jni1 libblake3-0'

# Packages that come along with the libraries but hold nothing that Bazel loads (checked by check_libraries).
not_needed='^(gcc-[0-9]+-base|libc-gconv-modules-extra|libprotoc[0-9].*|libre2-.*|libssl3.*|openssl-provider-legacy)$'

# list_packages: prints the names of all packages to unpack, one a line.
list_packages() {
  bazel_depends=$(apt-cache show --no-all-versions bazel-bootstrap | sed -n 's/^Depends: //p' | tr ',' '\n' |
    awk '$1 ~ /^(lib(absl[0-9].*|c6|gcc-s1|grpc[+0-9].*|protobuf[0-9].*|stdc\+\+6)|zlib1g)$/ { print $1 }')
  # shellcheck disable=SC2086  # Lists of words.
  {
    printf '%s\n' $bazel_packages $jar_packages $module_packages patchelf
    [ -n "$ca_bundle" ] || echo ca-certificates
    for java in $java_packages; do
      if apt-cache show "$java" > /dev/null 2>&1; then
        echo "$java"
        break
      fi
    done
    apt-get install -s --no-install-recommends $library_packages $bazel_depends |
      awk -v not_needed="$not_needed" '$1 == "Inst" && $2 !~ not_needed { print $2 }'
  } | sort -u
}

# download_packages NAMES...: into $apt/debs; apt checks every file against the signed index.
download_packages() {
  megabytes=$(apt-get -qq --print-uris download "$@" | awk '{ bytes += $3 } END { printf "%d", bytes / 1000000 }')
  say "installing Bazel $version from Debian packages ($megabytes MB, once) into $prefix"
  # A progress bar for people, silence for logs.
  if [ -t 2 ]; then quiet=; else quiet=-qq; fi
  # shellcheck disable=SC2086
  (cd "$apt/debs" && apt-get $quiet download "$@" >&2) || fail "the download failed (apt's messages are above)" "tools/bazel ...    # once more"
}

# check_version: the suite moves; another Bazel than the one asked for is of no use.
check_version() {
  available=$(apt-cache show --no-all-versions bazel-bootstrap | sed -n 's/^Version: //p')
  case $available in
    "$version" | "$version"[-+~]*) ;;
    *) fail "the suite $suite has Bazel $available, this checkout asks for $version (.bazelversion)" ;;
  esac
}
