"""What the build settings about farms change for `vm_test` and `testnet`."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")

_SETTINGS = {
    "//rules/vm:artifact_store": "http://store.invalid/cas",
    "//rules/vm:backend": "farm",
    "//rules/vm:farm": "http://farm.invalid/",
}

def _backend_impl(ctx):
    env = analysistest.begin(ctx)
    [content] = [action.content for action in analysistest.target_actions(env) if action.mnemonic == "FileWrite" and action.outputs.to_list()[0].extension == "json"]
    description = json.decode(content)
    asserts.equals(env, "farm", description["backend"])
    asserts.equals(env, "http://farm.invalid/", description["farm"])
    asserts.equals(env, "http://store.invalid/cas", description["artifactStore"])
    return analysistest.end(env)

backend_test = analysistest.make(_backend_impl, config_settings = {str(Label(name)): value for name, value in _SETTINGS.items()})
