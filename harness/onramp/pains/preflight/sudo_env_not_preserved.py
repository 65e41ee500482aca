"""sudo-rs drops the environment, and a proxy with it.

What you see: `preserving the entire environment is not supported, '-E' is ignored`. Behind a
proxy, the downloads that follow then time out.

Why it happens: Ubuntu since 25.10 (and Debian with package sudo-rs) has sudo-rs, which does not
know `sudo -E`. Docker's convenience script runs each of its commands so, and http_proxy does
not reach them.

What to do: Where no proxy is needed, nothing. Else tell apt and the daemon of it:
`Acquire::http::Proxy` in /etc/apt/apt.conf.d, `http-proxy` in daemon.json; or run the script as
root, with the variables set there.

What the remedy changes: nothing; where a proxy is entered is a person's to decide.
"""

from onramp.model.pain import PainPoint, Remedy, Symptom

PAIN = PainPoint(
    id="sudo-env-not-preserved",
    phase="preflight",
    title="sudo does not pass the environment on",
    severity="minor",
    cause="sudo-rs ignores -E, so variables such as http_proxy are lost.",
    symptoms=(
        Symptom(r"preserving the entire environment is not supported", "", weight=3, warning=True),
    ),
    remedy=Remedy(
        kind="human",
        summary="Enter the proxy in apt's and the daemon's own settings.",
        commands=(
            "sudo --version",
            "sudo sh get-docker.sh",
        ),
    ),
    references=("https://github.com/trifectatechfoundation/sudo-rs/issues/1299",),
    affects=("debian",),
)
