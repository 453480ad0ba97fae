"""Unit tests of the Starlark behind rules/deb."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("//rules/deb/private:download.bzl", "unfinished_message")
load("//rules/deb/private:lock.bzl", "read_lock", "refresh_command", "repository_name")
load("//rules/deb/private:mirrors.bzl", "mirrors_of")

_BASH = {
    "name": "bash",
    "version": "5.2",
    "architecture": "amd64",
    "suite": "trixie",
    "archive": "debian",
    "path": "pool/main/b/bash/bash_5.2_amd64.deb",
    "size": 10,
    "sha256": "0" * 64,
}

def _lock_test_impl(ctx):
    env = unittest.begin(ctx)
    lock = read_lock(json.encode({"version": 1, "packages": [_BASH], "sets": {"base": ["bash"]}}), Label("//a:packages.lock.json"))
    asserts.equals(env, _BASH, lock.packages["bash"])
    asserts.equals(env, {"base": ["bash"]}, lock.sets)
    return unittest.end(env)

_lock_test = unittest.make(_lock_test_impl)

def _names_test_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, "debs__libstdc__6", repository_name("debs", "libstdc++6"))
    asserts.equals(env, "debs__python3.13", repository_name("debs", "python3.13"))
    asserts.equals(env, "bazel run //a:packages.lock", refresh_command(Label("//a:packages.lock.json")))
    return unittest.end(env)

_names_test = unittest.make(_names_test_impl)

def _mirrors_test_impl(ctx):
    env = unittest.begin(ctx)
    sites = ["cdrom:[disc]/", "http://host/debian-security", "http://host/debian/", "https://other/debian"]
    asserts.equals(env, ["http://host/debian", "https://other/debian"], mirrors_of("debian", [], sites))
    asserts.equals(env, ["http://host/debian-security"], mirrors_of("debian-security", [], sites))
    asserts.equals(env, ["http://mine/debian"], mirrors_of("debian", ["http://mine/debian/"], sites))
    asserts.equals(env, ["http://too/debian", "http://mine/apt"], mirrors_of("debian", ["http://too/debian", "debian=http://mine/apt/"], sites))
    asserts.equals(env, [], mirrors_of("ubuntu", ["debian=http://mine/ubuntu"], sites))
    return unittest.end(env)

_mirrors_test = unittest.make(_mirrors_test_impl)

def _gone_test_impl(ctx):
    env = unittest.begin(ctx)
    message = unfinished_message(
        [struct(package = _BASH, urls = ["http://a/debian/pool/x.deb", "http://b/debian/pool/x.deb"])],
        "@@//ic-os/guestos/packages:packages.lock.json",
    )
    for part in ["bash 5.2 cannot be downloaded, or is not", "http://a/debian/pool/x.deb", "http://b/debian/pool/x.deb", "bazel run //ic-os/guestos/packages:packages.lock\n", "ICOS_DEBIAN_MIRROR"]:
        asserts.true(env, part in message, "expected {} in:\n{}".format(part, message))
    return unittest.end(env)

_gone_test = unittest.make(_gone_test_impl)

def deb_starlark_tests(name):
    """All unit tests of this file, as the suite `name`.

    Args:
      name: name of the test suite.
    """
    unittest.suite(name, _lock_test, _names_test, _mirrors_test, _gone_test)
