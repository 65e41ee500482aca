"""sudo-rs does not understand a line of sudoers that sudo did.

What you see: `/etc/sudoers:58:14: unknown setting: 'logfile'`, `TIMEOUT is not supported by
sudo-rs`, or `wildcards are not allowed in command arguments`; a rule that worked before the upgrade
no longer counts.

Why it happens: sudo-rs, which Ubuntu has by default since 25.10, knows a part of the language
of sudoers: several Defaults and wildcards in arguments are left out on purpose.

What to do: open the file at the line and column that the message names, with `sudo visudo`, and
write the rule without what it complains of. Where that cannot be done, Ubuntu has the old one
as `sudo.ws`: `sudo update-alternatives --config sudo`.

What the remedy changes: who may do what on this host; a person decides it.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom

LINE = (
    r"/etc/sudoers\S{0,80}:\d+:\d+: (?:unknown|expected|wildcards"
    r"|[\w ]{1,60} (?:is|are) not (?:yet )?supported by sudo-rs)"
)

PAIN = PainPoint(
    id="sudo-rs-sudoers-syntax",
    phase="preflight",
    title="A sudoers rule that sudo-rs cannot read",
    severity="major",
    cause="sudo-rs reads only a part of what may stand in sudoers.",
    symptoms=(
        Symptom(LINE, "sudo-rs", weight=3),
        Symptom(LINE, "sudo-rs", weight=3, warning=True),  # the other rules still count
        Symptom(r"wildcards are not allowed in command arguments", "sudo-rs", weight=3),
    ),
    remedy=Remedy(
        kind="human",
        summary="Write the rule without what sudo-rs lacks.",
        commands=(
            "sudo visudo -c",
            "sudo update-alternatives --config sudo",
        ),
    ),
    explains=("sudo-user-not-in-sudoers",),
    references=("https://github.com/trifectatechfoundation/sudo-rs",),
    affects=("debian",),
    recipe=Recipe(
        images=("debian-13-sudo-rs",),
        # taken along from a host with the other sudo, which reads it
        script="echo 'newcomer ALL=(ALL) TIMEOUT=600 NOPASSWD: ALL' > /etc/sudoers.d/90-newcomer",
    ),
)
