#!/bin/sh
# Runs the jest tests of {{LABEL}}.
set -eu
RUNFILES_DIR=${RUNFILES_DIR:-$TEST_SRCDIR}
export RUNFILES_DIR
# jest follows no links and wants its root writable: the bundles run as a copy.
root=$TEST_TMPDIR/jest
mkdir "$root"
cp -RL "$RUNFILES_DIR/{{BUNDLE}}/." "$root/"
ln -s "$RUNFILES_DIR/{{MODULES}}" "$root/node_modules"
cat > "$root/jest.config.json" <<END
{ "rootDir": "$root", "testEnvironment": "node", "transform": {}, "testMatch": ["**/*.cjs"],
  "watchman": false, "haste": { "enableSymlinks": false }, "cacheDirectory": "$TEST_TMPDIR/cache", "testTimeout": {{TIMEOUT_MS}} }
END
cd "$root"
set -- --ci --runInBand "$@"
# `bazel test --test_filter=TEXT` runs the tests whose name matches.
if [ -n "${TESTBRIDGE_TEST_ONLY:-}" ]; then set -- "$@" --testNamePattern "$TESTBRIDGE_TEST_ONLY"; fi
exec "$RUNFILES_DIR/{{NODE}}" "$RUNFILES_DIR/{{MODULES}}/jest/bin/jest.js" "$@"
