"""How every image rule declares its actions."""

load("@bazel_skylib//rules:common_settings.bzl", "BuildSettingInfo")

IMAGE_ACTION_ATTRS = {
    "_perturb": attr.label_list(
        default = [
            "//rules/image/perturbation:perturb.sh",
            "//rules/image/perturbation:perturb.mjs",
        ],
        allow_files = True,
        cfg = "exec",
    ),
    "_perturbation": attr.label(default = "//rules/image/perturbation"),
    "_salt": attr.label(default = "//rules/image/perturbation:salt"),
}

def image_action(ctx, executable, arguments, tools = [], inputs = [], env = {}, **kwargs):
    """Like `ctx.actions.run`, and perturbed when a determinism_test asks for it.

    Args:
      ctx: context of a rule that has IMAGE_ACTION_ATTRS.
      executable: File, the stage's tool.
      arguments: list of Args or strings.
      tools: list of File or depset: what the tool runs.
      inputs: list or depset of File.
      env: dict of environment variables.
      **kwargs: as for `ctx.actions.run`.
    """
    salt = ctx.attr._salt[BuildSettingInfo].value
    if salt:
        env = env | {"ICOS_SALT": salt}
    if ctx.attr._perturbation[BuildSettingInfo].value:
        arguments = [executable.path] + arguments
        tools = [executable, depset(ctx.files._perturb)] + tools
        executable = ctx.files._perturb[0]
    ctx.actions.run(executable = executable, arguments = arguments, tools = tools, inputs = inputs, env = env, **kwargs)
