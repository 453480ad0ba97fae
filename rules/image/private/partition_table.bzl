"""The `partition_table` rule."""

load("//rules/image:providers.bzl", "PartitionTableInfo")
load(":action.bzl", "IMAGE_ACTION_ATTRS", "image_action")

def _partition_table_impl(ctx):
    table = ctx.actions.declare_file(ctx.label.name + ".json")
    args = ctx.actions.args()
    args.add("--csv", ctx.file.src)
    args.add("--disk-guid", ctx.attr.disk_guid)
    args.add("--disk-size", ctx.attr.disk_size)
    args.add("--out", table)
    image_action(
        ctx,
        executable = ctx.executable._tool,
        arguments = [args],
        inputs = [ctx.file.src],
        outputs = [table],
        mnemonic = "IcosPartitionTable",
        progress_message = "Checking partitions of %{label}",
    )
    return [
        DefaultInfo(files = depset([table])),
        PartitionTableInfo(table = table),
    ]

partition_table = rule(
    implementation = _partition_table_impl,
    doc = """Checks a partitions.csv; the build fails with every problem at once, each with its line.

Columns: name, start, size (512-byte sectors, multiples of 2048), type (`U` EFI system, `L` Linux, `M` Microsoft basic data),
uuid, comment. `#` begins a comment line. A partition's number is its place.""",
    attrs = {
        "disk_guid": attr.string(mandatory = True, doc = "GUID of the disk."),
        "disk_size": attr.string(mandatory = True, doc = "Nominal size of the disk: a number of bytes, or with K, M or G (binary)."),
        "src": attr.label(allow_single_file = [".csv"], mandatory = True, doc = "The partitions.csv."),
        "_tool": attr.label(default = "//tools/image/partitions:cli", executable = True, cfg = "exec"),
    } | IMAGE_ACTION_ATTRS,
    provides = [PartitionTableInfo],
)
