# shellcheck shell=sh
# Sourced by build-prefix.sh.

# write_launcher ROOT FINAL: bin/bazel, Debian's client with what it cannot know by itself.
write_launcher() {
  mkdir -p "$1/bin"
  cat > "$1/bin/bazel" << END
#!/bin/sh
# Written by tools/bootstrap/launcher.sh.
# The JVM cannot open files with non-ASCII names in the C locale.
case "\${LC_ALL:-\${LC_CTYPE:-\${LANG:-C}}}" in
  C | POSIX) export LC_ALL=C.UTF-8 ;;
esac
# --nosystem_rc: a Bazel installed by Debian's own hand has an rc file that names other paths.
exec "$2/usr/bin/bazel" --nosystem_rc --bazelrc="$2/etc/bazelrc" \\
  --install_base="$2/usr/share/bazel" --trust_install_base --server_javabase="$2/jre" \\
  --host_jvm_args=-Djavax.net.ssl.trustStore="$2/etc/cacerts" --host_jvm_args=-Djavax.net.ssl.trustStoreType=JKS "\$@"
END
  chmod 755 "$1/bin/bazel"
}
