"""The `ab_upgrade_test` macro: upgrades of a real guest, and how they must end."""

load("//rules/typescript/private:jest_test.bzl", "bundled_jest_test")
load(":upgrade.bzl", "MANAGEBOOT")
load(":vm_test.bzl", "vm_test_config")

def ab_step(to, expect = "confirmed", allow_downgrade = False, before_install = None, before_commit = None, console = None):
    """One upgrade of an `ab_upgrade_test`.

    Args:
      to: label of an `update_image`.
      expect: `confirmed`: the new system boots and is confirmed; `rolled_back`: the old one is back by itself, and says why.
      allow_downgrade: permit a version that is lower than the running one.
      before_install: shell commands for root of the guest, before the update is sent to it.
      before_commit: shell commands for root of the guest, once the update is installed: what damages it, for example.
      console: regular expression (JavaScript's) that what the guest's console shows from the install to the end must match.

    Returns:
      struct for `steps`.
    """
    if expect not in ["confirmed", "rolled_back"]:
        fail("ab_step: expect: expected confirmed or rolled_back, got {}".format(expect))
    return struct(
        allow_downgrade = allow_downgrade,
        before_commit = before_commit,
        before_install = before_install,
        console = console,
        expect = expect,
        to = to,
    )

def ab_upgrade_test(name, base, to = None, expect = "confirmed", steps = None, manageboot = MANAGEBOOT, accelerator = "auto", step_timeout_seconds = 1200, size = "enormous", tags = [], **kwargs):
    """Boots a disk image and upgrades the guest, once or several times in a row: each boot costs a minute under emulation.

    An upgrade is sent over SSH to the guest's `upgrade-install -`, started by `upgrade-commit`, and followed through its restart, by
    `status --json` alone: any guest with that interface can be tested. `base` must let the key of the test log in as root (see `vm_test`).

        ab_upgrade_test(name = "upgrade_test", base = ":disk", to = ":update-img-test.tar.zst")
        ab_upgrade_test(name = "broken_test", base = ":disk", to = ":panics.tar.zst", expect = "rolled_back")
        ab_upgrade_test(name = "there_and_back_test", base = ":disk", steps = [ab_step(":next.tar.zst"), ab_step(":this.tar.zst", allow_downgrade = True)])

    Args:
      name: name of the test.
      base: a `disk_image`.
      to: label of the `update_image`; instead of `steps`.
      expect: how the upgrade to `to` must end, see `ab_step`.
      steps: list of `ab_step`; each begins with the system that the one before left.
      manageboot: the guest's tool for its slots, with its first arguments.
      accelerator: as for `vm_test`.
      step_timeout_seconds: limit for each upgrade, its restarts included.
      size: as in every test.
      tags: as in every test.
      **kwargs: as for every test.
    """
    if (to == None) == (steps == None):
        fail("{}: expected either `to` or `steps`".format(name))
    steps = steps or [ab_step(to, expect)]
    plan = {
        "manageboot": manageboot,
        "seconds": step_timeout_seconds,
        "steps": [
            {
                "allowDowngrade": step.allow_downgrade,
                "beforeCommit": step.before_commit,
                "beforeInstall": step.before_install,
                "console": step.console,
                "expect": step.expect,
                "image": "$(rlocationpath {})".format(step.to),
                "name": str(step.to).rpartition(":")[2],
            }
            for step in steps
        ],
    }
    config = name + ".guests"
    vm_test_config(
        name = config,
        testonly = True,
        accelerator = accelerator,
        images = {base: "base"},
        tags = ["manual"],
        visibility = ["//visibility:private"],
    )
    images = {step.to: None for step in steps}.keys()
    bundled_jest_test(
        name = name,
        size = size,
        bundle = Label("//tools/upgrade/testing:ab.bundle"),
        data = images + [config],
        # As a `vm_test`'s: one processor, and what the guest touches of its memory.
        tags = tags + ["cpu:1", "resources:memory:1536"],
        test_env = {"AB_UPGRADE": json.encode(plan), "VM_TEST": "$(rlocationpath :{})".format(config)},
        test_timeout_seconds = step_timeout_seconds + 60,
        **kwargs
    )
