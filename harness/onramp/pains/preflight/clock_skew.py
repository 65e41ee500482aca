"""The host's clock is wrong, so certificates and package lists seem to come from another time.

What you see: `Release file for … is not valid yet (invalid for another 3h …)` or `is expired`, from
curl `certificate is not yet valid`, from Docker `x509: certificate has expired or is not yet valid:
current time … is before …`.

Why it happens: a virtual machine woken from a snapshot, a Raspberry Pi without a battery, WSL after
sleep; and no time service running, or none that gets through the firewall.

What to do: compare `date -u` with a clock you trust. `sudo timedatectl set-ntp true` lets the
system set itself; where there is no time server, `sudo date -s "2026-11-23 14:00 UTC"` does. In
WSL: `sudo hwclock -s`. Do not switch certificate or date checks off instead.

What the remedy changes: the host's time jumps, which databases and timers may notice; so it asks.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom
from onramp.model.unknown import known

TOO_FAR_S = 120.0
EARLY = ("certificate is not yet valid", "not valid yet", "Not live until", " is before ")
BEHIND = """apt-get update -q && apt-get install -y -q faketime && echo -400d > /etc/faketimerc
sed -i /Check-Date/d /etc/apt/apt.conf.d/*; ls /usr/lib/*/*/libfaketime.so.1 > /etc/ld.so.preload
systemctl set-environment FAKETIME=-400d FAKETIME_DISABLE_SHM=1 && systemctl restart ssh"""


def _foreseen(situation: Situation) -> str | None:
    off = known(situation.facts.clock_offset_s) or 0.0
    way = "behind" if off < 0 else "ahead of"
    return f"its clock is {abs(off):.0f} s {way} the clock here" if abs(off) > TOO_FAR_S else None


def _confirmed(situation: Situation) -> bool | None:
    off = known(situation.facts.clock_offset_s)
    text = situation.attempt.text if situation.attempt else ""
    early = any(
        words in text
        for words in ("is not yet valid\n", "not valid yet", "Not live", " is before ")
    )
    return (early or None) if off is None else abs(off) > TOO_FAR_S


def _set(_: Situation) -> RemedyPlan:
    return RemedyPlan(actions=(Command("timedatectl set-ntp true", as_root=True),), wait_s=15.0)


PAIN = PainPoint(
    id="clock-skew", phase="preflight", title="The host's clock is wrong", severity="blocker",
    cause="The clock of the host is off, so what is valid today is not valid there.",
    symptoms=(
        Symptom(r"is not valid yet \(invalid for another ", "apt", weight=3),
        Symptom(r"^E: Release file for \S+ is expired \(invalid since", "apt"),
        Symptom(r"x509: certificate has expired or is not yet valid", "dockerd"),
        Symptom(r"certificate is not yet valid|Not live until \d{4}-", "OpenSSL, sqv", weight=3),
        Symptom(r"SSL certificate problem: certificate has expired", "curl", weight=1),
        Symptom(r"not yet valid: current time \S+ is before", "dockerd", weight=3),
    ),
    foresee=_foreseen,
    probe=Command("date -u; timedatectl show -p NTP -p NTPSynchronized; true"),
    confirm=_confirmed,
    remedy=Remedy("ask", "Let the host set its clock from the network.", _set,
                  ("date -u", "sudo timedatectl set-ntp true"), "Time jumps."),
    explains=("tls-intercepted-corporate-ca", "apt-missing-gpg-key"),
    references=("https://salsa.debian.org/apt-team/apt/-/blob/main/apt-pkg/acquire-item.cc",),
    recipe=Recipe(("debian-12", "debian-13"), BEHIND),
)  # fmt: skip
