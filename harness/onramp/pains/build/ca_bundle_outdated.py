"""The host's list of certificate authorities is too old.

What you see: `x509: certificate has expired or is not yet valid: current time
2024-04-11T16:16:36+08:00 is after 2021-09-30T14:01:15Z`, though the clock is right.

Why it happens: the server's certificate is good, but an old host builds its chain over an
authority that has expired: DST Root CA X3 in September 2021. Appliances and releases at their
end have such lists.

What to do: see that `date -u` is right. Then update ca-certificates and restart docker; an
appliance needs newer firmware.

What the remedy changes: whom this host trusts; a person decides.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Remedy, Symptom

PAIN = PainPoint(
    id="ca-bundle-outdated",
    phase="build",
    title="Old list of certificate authorities",
    severity="blocker",
    cause="The host knows only an authority that has expired.",
    symptoms=(Symptom(r"not yet valid: current time \S+ is after", "Go", weight=3),),
    probe=Command("date -u"),
    remedy=Remedy(
        kind="human",
        summary="Update ca-certificates, and restart docker.",
        commands=(
            "date -u",
            "sudo apt-get install --only-upgrade ca-certificates",
            "sudo systemctl restart docker",
        ),
    ),
    explains=("tls-intercepted-corporate-ca",),
    references=("https://letsencrypt.org/docs/dst-root-ca-x3-expiration-september-2021/",),
)
