"""Files that every rule with a dm-verity tree makes beside its image."""

load("//rules/image:providers.bzl", "VerityInfo")

def declare_verity_outputs(ctx):
    """Declares `<name>-hash` and `<name>-verity.json`, the name without its extension.

    Args:
      ctx: the rule context.

    Returns:
      struct(params, root_hash) of Files.
    """
    stem = ctx.label.name.partition(".")[0]
    return struct(
        params = ctx.actions.declare_file(stem + "-verity.json"),
        root_hash = ctx.actions.declare_file(stem + "-hash"),
    )

def verity_providers(image, outputs):
    """Providers of a target with a tree.

    Args:
      image: File with data and tree.
      outputs: what declare_verity_outputs returned.

    Returns:
      list: VerityInfo, and the files as output groups `root_hash` and `verity_params`.
    """
    return [
        VerityInfo(image = image, params = outputs.params, root_hash = outputs.root_hash),
        OutputGroupInfo(root_hash = depset([outputs.root_hash]), verity_params = depset([outputs.params])),
    ]
