"""Virtual machines on this host: the public face of `rules/vm`.

    load("@rules_icos//rules/vm:defs.bzl", "local_vm", "vm_test")

    local_vm(name = "launch-local-vm", image = ":disk-img", vm = "guestos-dev")

Files below `private/` are not for loading.
"""

load("//rules/vm:providers.bzl", _TestnetInfo = "TestnetInfo", _VmInfo = "VmInfo")
load("//rules/vm/private:ab_upgrade_test.bzl", _ab_step = "ab_step", _ab_upgrade_test = "ab_upgrade_test")
load("//rules/vm/private:local_vm.bzl", _local_vm = "local_vm")
load("//rules/vm/private:push.bzl", _vm_push = "vm_push")
load("//rules/vm/private:remote_vm.bzl", _remote_vm = "remote_vm")
load("//rules/vm/private:static_deploy.bzl", _static_deploy = "static_deploy")
load("//rules/vm/private:testnet.bzl", _testnet = "testnet")
load("//rules/vm/private:upgrade.bzl", _vm_upgrade = "vm_upgrade")
load("//rules/vm/private:vm_command.bzl", _vm_ssh = "vm_ssh", _vm_status = "vm_status", _vm_stop = "vm_stop")
load("//rules/vm/private:vm_launch.bzl", _vm_launch = "vm_launch")
load("//rules/vm/private:vm_test.bzl", _vm_test = "vm_test")
load("//rules/vm/private:vm_tools.bzl", _vm_tools = "vm_tools")

TestnetInfo = _TestnetInfo
VmInfo = _VmInfo
ab_step = _ab_step
ab_upgrade_test = _ab_upgrade_test
local_vm = _local_vm
remote_vm = _remote_vm
static_deploy = _static_deploy
testnet = _testnet
vm_launch = _vm_launch
vm_push = _vm_push
vm_ssh = _vm_ssh
vm_status = _vm_status
vm_stop = _vm_stop
vm_test = _vm_test
vm_tools = _vm_tools
vm_upgrade = _vm_upgrade
