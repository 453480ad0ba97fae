#!/bin/sh
# closure.sh LOADER LIBRARIES PROGRAM...: prints the libraries that the loader finds for each program, as "<program>\t<path>".
# Paths are relative to the current folder, which holds the unpacked packages.
set -eu
loader=$1 libraries=$2
shift 2
for program in "$@"; do
  # A static program has nothing to list; the loader says so and fails.
  "./$loader" --inhibit-cache --library-path "$libraries" --list "./$program" 2>&1 | while read -r line; do
    case $line in
    *"not found"*) printf '%s\tmissing %s\n' "$program" "${line%% *}" ;;
    *" => $libraries/"*) path=${line#*" => "}; printf '%s\t%s\n' "$program" "${path%% *}" ;;
    *" => ./$loader "*) ;;
    *" => "*) printf '%s\tforeign %s\n' "$program" "$line" ;;
    esac
  done
done
