"""The login prints text of its own before every command's output.

What you see: greetings, `stdin: is not a tty`, `mesg: ttyname failed: Inappropriate ioctl for
device`, in the output of commands that print nothing of the sort.

Why it happens: /etc/ssh/sshrc and the shell's start-up files (.bashrc, config.fish, .cshrc) run for
commands too, not only for people at a terminal. A line such as `echo Welcome` or `mesg n` in them
ends up in front of the output; scp, rsync, Git and scripts that read a number then stumble.

What to do: let such lines run only at a terminal: in bash `case $- in *i*) ;; *) return ;; esac`
at the top of .bashrc, elsewhere `[ -t 1 ] &&` before them; and keep sshrc silent. Onramp tells its
own output apart by a mark, so for it there is nothing to repair.

What the remedy changes: start-up files of that login; they belong to their owner.
"""

import re

from onramp.model.pain import PainPoint, Recipe, Remedy, Situation, Symptom
from onramp.pains.connect import LOCALE
from onramp.text.excerpt import excerpt

OWN = re.compile(
    rf"^.*(?:{LOCALE}|sudo: unable to resolve host).*$", re.MULTILINE
)  # pages of theirs


def _foreseen(situation: Situation) -> str | None:
    said = excerpt(OWN.sub("", situation.facts.noise).strip()[:300])
    return f"the login prints before every command: {said}" if said else None


PAIN = PainPoint(
    id="ssh-banner-motd-pollution",
    phase="connect",
    title="Start-up files print into every command's output",
    severity="notice",
    cause="sshrc or the shell's start-up files print text for logins without a terminal too.",
    symptoms=(
        Symptom(r"^stdin: is not a tty", "Debian's old /root/.profile", ("",), warning=True),
        Symptom(r"^mesg: ttyname failed: Inappropriate ioctl", "util-linux", ("",), warning=True),
        Symptom(r"^Pseudo-terminal will not be allocated because stdin", "", ("",), warning=True),
        Symptom(r"Received message too long \d+", "OpenSSH's scp, sftp", ("",), weight=3),
    ),
    foresee=_foreseen,
    remedy=Remedy(
        kind="human",
        summary="Let start-up files print at terminals only.",
        commands=("ssh USER@HOST true | wc -c", "ls -l /etc/ssh/sshrc ~/.bashrc ~/.ssh/rc"),
        side_effects="None, if only printing is made conditional.",
    ),
    references=("https://man.openbsd.org/sshd#SSHRC",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv", "fedora-like", "alpine-3.23"),
        starts="ready",
        script="""echo 'echo "Property of Example Corp."' > /etc/ssh/sshrc""",
    ),
)
