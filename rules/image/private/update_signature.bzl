"""How `update_image` signs its manifest."""

load(":action.bzl", "image_action")

SIGNATURE_ATTRS = {
    "public_key": attr.label(allow_files = True, doc = "Public half of the signer's key, PEM: what the signer answers is checked with it."),
    "signer": attr.label(
        allow_files = True,
        cfg = "exec",
        doc = """A program that signs: it gets the manifest on its standard input and prints the Ed25519 signature, 64 bytes raw or base64. So the key may stay
in a vault or a hardware module. It runs on this machine, with network, in a sandbox; `--action_env` passes it variables of yours. Needs `public_key`.""",
    ),
    "signing_key": attr.label(allow_files = True, doc = "Private key: Ed25519, PEM (`openssl genpkey -algorithm ed25519`)."),
}

def _optional_file(ctx, attribute):
    """The one file of a label that may be absent or stand for no file, as the default of a label_flag does."""
    files = getattr(ctx.files, attribute)
    if len(files) > 1:
        fail("{}: {}: expected one file, got {}: {}".format(ctx.label, attribute, len(files), ", ".join([f.path for f in files])))
    return files[0] if files else None

def _signing_program(ctx):
    target = ctx.attr.signer
    to_run = target[DefaultInfo].files_to_run if target else None
    return to_run if to_run and to_run.executable else None

def sign_manifest(ctx, manifest):
    """Signs a manifest as SIGNATURE_ATTRS say.

    Args:
      ctx: context of a rule with SIGNATURE_ATTRS, IMAGE_ACTION_ATTRS and the tool `_tool`.
      manifest: File.

    Returns:
      File with the signature, or None when there is neither a key nor a signer.
    """
    key = _optional_file(ctx, "signing_key")
    signer = _signing_program(ctx)
    public_key = _optional_file(ctx, "public_key")
    if key and signer:
        fail("{}: expected one of signing_key and signer, got both".format(ctx.label))
    if signer and not public_key:
        fail("{}: signer needs public_key: its answer is checked before anything is packed".format(ctx.label))
    if not key and not signer:
        # buildifier: disable=print
        print("{} is NOT SIGNED: no system accepts it. Give it a signing_key, or a signer and its public_key.".format(ctx.label))
        return None
    signature = ctx.actions.declare_file(ctx.label.name + ".manifest.json.sig")
    args = ctx.actions.args()
    args.add("sign")
    args.add("--manifest", manifest)
    if key:
        args.add("--key", key)
    else:
        args.add("--signer", signer.executable)
        args.add("--public-key", public_key)
    args.add("--out", signature)
    image_action(
        ctx,
        executable = ctx.executable._tool,
        arguments = [args],
        inputs = [manifest] + ([key] if key else [public_key]),
        tools = [] if key else [signer],
        outputs = [signature],
        mnemonic = "IcosUpdateSignature",
        progress_message = "Signing the update %{label}",
        # A signer elsewhere is reached over the network; the same manifest has the same signature (RFC 8032), so it may be cached.
        execution_requirements = {} if key else {"requires-network": "1", "no-remote-exec": "1"},
        use_default_shell_env = not key,
    )
    return signature
