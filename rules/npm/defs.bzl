"""npm packages in Bazel: the public face of `rules/npm`. See also `extensions.bzl`."""

load("//rules/npm:providers.bzl", _NpmPackageInfo = "NpmPackageInfo")
load("//rules/npm/private:npm_package.bzl", _npm_package = "npm_package")

NpmPackageInfo = _NpmPackageInfo
npm_package = _npm_package
