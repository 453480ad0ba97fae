"""Debian packages in Bazel: the public face of `rules/deb`. See also `extensions.bzl`."""

load("//rules/deb:providers.bzl", _DebPackagesInfo = "DebPackagesInfo")
load("//rules/deb/private:deb_lock.bzl", _deb_lock = "deb_lock")
load("//rules/deb/private:deb_package.bzl", _deb_package = "deb_package")
load("//rules/deb/private:deb_set.bzl", _deb_set = "deb_set")
load("//rules/deb/private:deb_tool.bzl", _deb_tool = "deb_tool")

DebPackagesInfo = _DebPackagesInfo
deb_lock = _deb_lock
deb_package = _deb_package
deb_set = _deb_set
deb_tool = _deb_tool
