"""The `local_vm` macro: all commands about one image on this host."""

load(":vm_command.bzl", "vm_ssh", "vm_status", "vm_stop")
load(":vm_launch.bzl", "vm_launch")

def local_vm(name, image, vm, ssh = "ssh", stop = "stop", status = "", tags = [], visibility = None, testonly = False, **kwargs):
    """Targets that start an image, log in to it and end it.

    Makes `<name>` (KVM), `<name>-no-kvm` (emulated), and the targets named by `ssh` and `stop`.

    Args:
      name: name of the target that starts the image with KVM.
      image: a `disk_image`.
      vm: first part of the names of the guests.
      ssh: name of the target that logs in.
      stop: name of the target that ends a guest.
      status: name of the target that shows the state of the node inside; empty for an image that is no node.
      tags: as in every rule.
      visibility: as in every rule.
      testonly: as in every rule.
      **kwargs: for `vm_launch`: `memory_mib`, `cpus`, `user`, `version_file`.
    """
    common = {"tags": tags, "testonly": testonly, "visibility": visibility}
    no_kvm = name + "-no-kvm"
    vm_launch(name = no_kvm, accelerator = "tcg", image = image, vm = vm, **(common | kwargs))
    vm_ssh(name = ssh, launch = no_kvm, **common)
    if status:
        vm_status(name = status, launch = no_kvm, **common)
    vm_stop(name = stop, launch = no_kvm, **common)
    vm_launch(name = name, accelerator = "kvm", image = image, no_kvm_target = no_kvm, vm = vm, **(common | kwargs))
