"""The Vagrantfile of one machine of ours: text, made from what the machine is to be.

https://developer.hashicorp.com/vagrant/docs/vagrantfile,
https://vagrant-libvirt.github.io/vagrant-libvirt/configuration.html
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct, field

from onramp.providers.vm.accelerator import Accelerator
from onramp.providers.vm.libvirt import PREFIX

# Without KVM: a processor that emulation has whole, and the least that container images expect.
_EMULATED = """      libvirt.driver = "qemu"
      libvirt.cpu_mode = "custom"
      libvirt.cpu_model = "Nehalem"
"""
_AT_FULL_SPEED = """      libvirt.driver = "kvm"
      libvirt.cpu_mode = "host-passthrough"
"""


class Wanted(Struct, frozen=True):
    """A machine to be: `box`, `version` and the `catalog` file that says where the box is (None:
    Vagrant's own catalog); `include`: the user's Vagrantfile, whose settings of this name hold
    but for these. `files`: {path: text} written into the machine when it has come up.
    """

    name: str
    accelerator: Accelerator
    memory_mb: int
    cpus: int
    console: Path
    box: str | None = None
    version: str | None = None
    catalog: Path | None = None
    include: Path | None = None
    machine: str = ""
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def defined(self) -> str:
        """The name that the Vagrantfile knows the machine by."""
        return self.machine or self.name

    @property
    def prefix(self) -> str:
        """What stands before that in libvirt's name for it, so that no two have the same."""
        return f"{PREFIX}{self.name}--" if self.machine else PREFIX


def text(wanted: Wanted) -> str:
    """The Vagrantfile."""
    return f"""# Written by Onramp for one machine of its own; `vm.down` takes both away.
{_include(wanted)}Vagrant.configure("2") do |config|
  config.vm.define {_quoted(wanted.defined)} do |machine|
{_box(wanted)}    machine.vm.boot_timeout = 900
    machine.vm.synced_folder ".", "/vagrant", disabled: true
    machine.vm.provider "libvirt" do |libvirt|
      libvirt.default_prefix = {_quoted(wanted.prefix)}
      libvirt.title = {_quoted(wanted.name)}
      libvirt.memory = {wanted.memory_mb}
      libvirt.cpus = {wanted.cpus}
{_EMULATED if wanted.accelerator.name == "tcg" else _AT_FULL_SPEED}\
      libvirt.graphics_type = "none"
      libvirt.disk_driver :cache => "unsafe"
      libvirt.random :model => "random"
      libvirt.serial :type => "file", :source => {{:path => {_quoted(str(wanted.console))}}}
    end
    machine.vm.provision "shell", inline: <<~'SCRIPT'
{_indented(provisioning(wanted))}
    SCRIPT
  end
end
"""


def provisioning(wanted: Wanted) -> str:
    """What is done as root when the machine first comes up: its name, and files."""
    name = wanted.name.replace(".", "-")
    lines = [
        f"echo {name} > /etc/hostname",
        f"hostname {name}",
        f"printf '127.0.1.1\\t{name}\\n' >> /etc/hosts",
    ]
    for path, content in wanted.files.items():
        lines += [f"cat > /{path} <<'END'", *content.splitlines(), "END"]
    return "\n".join(lines)


def _include(wanted: Wanted) -> str:
    return f"load {_quoted(str(wanted.include))}\n" if wanted.include else ""


def _box(wanted: Wanted) -> str:
    lines = []
    if wanted.box:
        lines.append(f"machine.vm.box = {_quoted(wanted.box)}")
    if wanted.version and wanted.catalog:
        lines += [
            f"machine.vm.box_version = {_quoted(wanted.version)}",
            f"machine.vm.box_url = {_quoted(wanted.catalog.as_uri())}",
        ]
    return "".join(f"    {line}\n" for line in [*lines, "machine.vm.box_check_update = false"])


def _indented(script: str) -> str:
    return "\n".join(f"      {line}" for line in script.splitlines())


def _quoted(value: str) -> str:
    """A Ruby string that means just these characters."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
