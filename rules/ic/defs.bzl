"""Programs of a release of the Internet Computer. Files below `private/` are not for loading; see extensions.bzl for the module extension."""

load("//rules/ic/private:ic_program.bzl", _ic_program = "ic_program")

ic_program = _ic_program
