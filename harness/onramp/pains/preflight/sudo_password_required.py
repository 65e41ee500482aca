"""sudo wants a password, and nobody is there to type it.

What you see: `sudo: a password is required`, or `sudo: a terminal is required to read the
password`, at the first command that needs root.

Why it happens: on most installed systems sudo asks for the user's own password. Over SSH without
a terminal it has nowhere to ask.

What to do: run again with `--ask-become-pass`: the password is asked once and handed to sudo
through its standard input, never on a command line. On a throw-away machine a sudoers rule with
NOPASSWD does too.

What the remedy changes: nothing, when the password is given; a NOPASSWD rule lets whoever has
the login do anything.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom

PAIN = PainPoint(
    id="sudo-password-required",
    phase="preflight",
    title="sudo wants a password and nobody can type it",
    severity="blocker",
    cause="The login user may use sudo only with a password, and none was given.",
    symptoms=(
        Symptom(r"sudo: a password is required", "1.8 - 1.9", weight=3),
        Symptom(r"sudo: a terminal is required to read the password", "1.8.31 - 1.9", weight=3),
        Symptom(r"sudo: no tty present and no askpass program", "<= 1.8.30", weight=3),
        Symptom(r"sudo(?:-rs)?: interactive authentication is required", "sudo-rs", weight=3),
        Symptom(r"sudo: \d+ incorrect password attempt", "1.8 - 1.9", weight=3),
        Symptom(r"sudo: Authentication failed, try again", "sudo-rs", weight=3),
        Symptom(r"sudo(?:-rs)?: A terminal is required to authenticate", "sudo-rs", weight=3),
        Symptom(r"sudo(?:-rs)?: [Mm]aximum \d+ incorrect authentication", "sudo-rs", weight=3),
        Symptom(r"(?:Missing|Incorrect) sudo password", "Ansible", weight=3),
    ),
    remedy=Remedy(
        kind="human",
        summary="Give the sudo password with --ask-become-pass.",
        commands=("./invoke evaluate --ask-become-pass",),
        side_effects="None; the password is written down nowhere.",
    ),
    references=(
        "https://www.sudo.ws/docs/man/sudo.man/#n",
        "https://github.com/sudo-project/sudo/blob/main/src/tgetpass.c",
    ),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv", "fedora-like"),
        script="sed -i 's/NOPASSWD://' /etc/sudoers.d/90-newcomer",
    ),
)
