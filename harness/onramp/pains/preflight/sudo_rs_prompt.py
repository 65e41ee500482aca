"""A tool waits for sudo's prompt, and does not recognise it.

What you see: `Timeout (12s) waiting for privilege escalation prompt`; before it a line such as
`[sudo: [sudo via ansible, key=…] password:] Password:`.

Why it happens: sudo-rs puts a prompt that it is given into one of its own. An older Ansible
looks for its prompt at the beginning of a line and waits until it gives up, though the password
is right. A host that is slow to ask ends alike.

What to do: update Ansible; or let the user use sudo without a password; or set
`ansible_become_exe: sudo.ws` where Ubuntu still has the old one. On a slow host raise `timeout`
in ansible.cfg.

What the remedy changes: nothing; it is the tool on your side that has to change.
"""

from onramp.model.pain import PainPoint, Remedy, Symptom

PAIN = PainPoint(
    id="sudo-rs-prompt",
    phase="preflight",
    title="Ansible waits for a prompt that never comes",
    severity="major",
    cause="The prompt of sudo-rs is not the one that the tool waits for.",
    symptoms=(
        Symptom(r"waiting for privilege escalation prompt", "Ansible", weight=3),
        Symptom(r"^\[sudo: \[sudo via ansible", "sudo-rs", weight=3),
    ),
    remedy=Remedy(
        kind="human",
        summary="Update Ansible, or allow sudo without a password.",
        commands=(
            "ansible --version",
            "sudo --version",
        ),
    ),
    references=("https://github.com/ansible/ansible/issues/85837",),
)
