"""sshd turns connections or sessions away because there are too many at once.

What you see: `kex_exchange_identification: Connection closed by remote host`, the line `Exceeded
MaxStartups` or `Not allowed at this time` in place of a greeting; with a shared connection,
`Session open refused by peer` or `open failed: connect failed: open failed`.

Why it happens: sshd bounds how many clients may be logging in at once (MaxStartups, 10:30:100) and
how many sessions one connection may hold (MaxSessions, 10). Parallel scripts, and strangers who
try passwords, use up the first. OpenSSH 9.8 and later also turn away for a while an address that
failed often (PerSourcePenalties). A closed connection may also have other causes: a sshd that dies,
or a forwarded port with nothing behind it.

What to do: wait a minute and try again; run fewer logins at once (`--forks`), share one connection.
On the host, `sudo sshd -T | grep -iE 'maxstartups|maxsessions|penalt'` shows the bounds, and sshd's
log who was dropped. With `MaxSessions 0` commands are forbidden on purpose.

What the remedy changes: nothing. It waits and tries again for two minutes, sshd's time for a login.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom

TRIES = 13
PAUSE_S = 10.0
HERE = ("connect", "survey", "")


def _wait(situation: Situation) -> RemedyPlan | None:
    attempt = situation.attempt
    full = attempt and "no session" not in attempt.text and attempt.number < TRIES
    return RemedyPlan(wait_s=PAUSE_S) if full else None


PAIN = PainPoint(
    id="sshd-maxstartups-maxsessions",
    phase="connect",
    title="sshd turns away connections or sessions",
    severity="major",
    cause="sshd's bounds for logins under way, or for sessions on a connection, are reached.",
    symptoms=(
        Symptom(r"Exceeded MaxStartups|Not allowed at this time", "OpenSSH", HERE, weight=3),
        Symptom(
            r"^\w{3,4}_exchange_identification: [^\n]{0,9}Connection (?:closed|reset)", "", HERE
        ),
        Symptom(r"Session open refused by peer", "OpenSSH", HERE, weight=3, warning=True),
        Symptom(r"^channel \d+: open failed: connect failed: open failed", "", HERE, weight=3),
        Symptom(r"the host opens no session", "Onramp", HERE, weight=3),
    ),
    remedy=Remedy("safe", "Wait and try again; run fewer logins at once.", _wait),
    explains=("ssh-connection-refused-timeout",),
    references=("https://man.openbsd.org/sshd_config#MaxStartups",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv", "fedora-like"),
        starts="ready",
        # somebody who connects, says nothing and so holds the only place for a while
        script="""echo 'MaxStartups 1:100:1' > /etc/ssh/sshd_config.d/few.conf; service ssh restart
(exec 3<>/dev/tcp/127.0.0.1/22; sleep 12) </dev/null >/dev/null 2>&1 &
sleep 1""",
    ),
)
