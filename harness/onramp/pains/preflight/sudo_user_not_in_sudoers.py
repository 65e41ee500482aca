"""This user may not use sudo, or not for this.

What you see: after the right password, `USER is not in the sudoers file.`, `USER is not allowed to
run sudo on HOST.` or `Sorry, user USER is not allowed to execute …`.

Why it happens: no rule of sudoers speaks for the user. Debian's installer adds the first user to
group sudo only where root got no password; on company machines rights are given one by one.

What to do: become root another way (`su -`, the console, `--user=root`) and add the user to the
group that has the right: `usermod -aG sudo USER` on Debian and Ubuntu, wheel on Fedora, RHEL, Arch
and SUSE; then log in again. Otherwise ask whoever keeps the machine: Docker needs root to install.

What the remedy changes: members of that group may do everything; nobody but root can give that.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom

PAIN = PainPoint(
    id="sudo-user-not-in-sudoers",
    phase="preflight",
    title="User may not use sudo",
    severity="blocker",
    cause="No sudoers rule lets the login user run commands as root on this host.",
    symptoms=(
        Symptom(r"\S is not in the sudoers file", "sudo 1.8 - 1.9", weight=3),
        Symptom(r"\S is not allowed to run sudo on ", "sudo 1.8 - 1.9", weight=3),
        Symptom(r"Sorry, user \S+ may not run sudo on ", "sudo 1.8 - 1.9", weight=3),
        Symptom(r"Sorry, user \S+ is not allowed to execute '", "sudo 1.8 - 1.9", weight=3),
        Symptom(r"sudo(?:-rs)?: I'm sorry \S+\. I'm afraid I can't do that", "sudo-rs", weight=3),
    ),
    remedy=Remedy(
        kind="human",
        summary="Have root add the user to group sudo (or wheel), or log in as root.",
        commands=("su -c 'usermod -aG sudo USER'", "./invoke evaluate --user=root"),
        side_effects="Members of that group may do everything.",
    ),
    explains=("sudo-password-required",),
    references=("https://wiki.debian.org/sudo", "https://www.sudo.ws/docs/man/sudoers.man/"),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv", "fedora-like"),
        script="rm /etc/sudoers.d/90-newcomer; echo newcomer:a-Right-0ne | chpasswd",
        login={"become_password": "a-Right-0ne"},
    ),
)
