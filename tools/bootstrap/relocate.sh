# shellcheck shell=sh
# Sourced by build-prefix.sh: makes the unpacked programs run from the prefix, with the prefix's libc and libraries. The environment
# stays clean (no LD_LIBRARY_PATH), so what Bazel starts keeps using the host's.

# relocate ROOT FINAL: ROOT is where the files lie now, FINAL where they will lie.
relocate() {
  say "fitting the programs to $2"
  library_folder=usr/lib/x86_64-linux-gnu
  loader=$library_folder/ld-linux-x86-64.so.2
  redirect_links "$1" "$2"
  for program in "$1"/usr/bin/* "$1"/usr/libexec/x86_64-linux-gnu/bazel/*; do
    if [ ! -L "$program" ] && is_elf "$program" && [ "${program##*/}" != patchelf ]; then
      set_run_path "$1" "$2" "$2/$library_folder" "$program"
    fi
  done
  for program in "$java_home/bin/java" "$java_home/lib/jspawnhelper"; do
    # shellcheck disable=SC2016  # $ORIGIN is the loader's.
    set_run_path "$1" "$2" '$ORIGIN/../lib:$ORIGIN/../lib/server:$ORIGIN:'"$2/$library_folder" "$program"
  done
  check_libraries "$1"
}

# Packages hold absolute links (java's conf/ points into /etc): they must point into the prefix.
redirect_links() {
  find "$1" -type l -lname '/*' | while IFS= read -r link; do
    target=$(readlink "$link")
    [ ! -e "$1$target" ] || ln -sfn "$2$target" "$link"
  done
}

is_elf() {
  [ "$(head -c 4 "$1" | tail -c 3)" = ELF ]
}

# DT_RPATH, not DT_RUNPATH: it also counts for the libraries' own libraries and for dlopen().
set_run_path() {
  "$1/$loader" --library-path "$1/$library_folder" "$1/usr/bin/patchelf" \
    --set-interpreter "$2/$loader" --force-rpath --set-rpath "$3" "$4"
}

check_libraries() {
  for program in "$1/usr/bin/bazel" "$1"/usr/libexec/x86_64-linux-gnu/bazel/* "$java_home/bin/java" "$1/$library_folder/libzstd-jni.so"; do
    absent=$("$1/$loader" --library-path "$1/$library_folder" --list "$program" | awk '/not found/ { printf " %s", $1 }')
    [ -z "$absent" ] || fail "Debian's packages have changed: ${program##*/} now also needs$absent; tools/bootstrap/packages.sh must learn that"
  done
}
