#!/bin/sh
# {{LABEL}}: compares the files of a build with those of its perturbed twin.
set -u
cd "${RUNFILES_DIR:-$TEST_SRCDIR}" || exit 1
differing=0
compared=0
for file in {{FILES}}; do
  compared=$((compared + 1))
  if difference=$(cmp "$file" "perturbed/$file" 2>&1); then
    echo "same bytes: $file"
  else
    differing=$((differing + 1))
    echo "DIFFERENT:  $file: $difference"
  fi
done
echo "$compared files compared, $differing differ"
[ "$compared" -gt 0 ] && [ "$differing" -eq 0 ]
