"""Ansible's Docker modules lack their Python library.

What you see: `Failed to import the required Python library (Docker SDK for Python:
docker>=5.0.0 …) on node-7's Python /usr/bin/python3`.

Why it happens: the modules of community.docker before docker_compose_v2 speak to the engine
through Python on the managed host, where package python3-docker is missing or belongs to
another Python.

What to do: `sudo apt install python3-docker` (python3-requests with newer collections) on the
managed host; or use docker_compose_v2, which needs the command alone.

What the remedy changes: it installs a package, so a person decides.
"""

from onramp.model.pain import PainPoint, Remedy, Symptom

PAIN = PainPoint(
    id="ansible-docker-sdk-missing",
    phase="compose",
    title="Ansible lacks Docker's Python library",
    severity="major",
    cause="The managed host's Python has no library to speak to Docker with.",
    symptoms=(
        Symptom(
            r"Failed to import the required Python library \((?:Docker SDK|docker|requests)",
            "Ansible",
            weight=3,
        ),
        Symptom(r"No module named 'docker'", "Python"),
    ),
    remedy=Remedy(
        kind="human",
        summary="Install python3-docker on the managed host.",
        commands=("sudo apt-get install python3-docker",),
    ),
    references=(
        "https://docs.ansible.com/ansible/latest/collections/community/docker/docsite/scenario_guide.html",
    ),
)
