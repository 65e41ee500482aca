"""A secret of a run appears nowhere, however it was written down."""

from __future__ import annotations

import base64
import json
import shlex
import time
from urllib.parse import quote, quote_plus

import pytest

from onramp.text.masking import MASK, Masker, secret_values

NASTY = "p@ss: w'o\"r\\d/$1%\té"


@pytest.mark.parametrize(
    "written",
    [
        NASTY,
        quote(NASTY, safe=""),
        quote(NASTY),
        quote_plus(NASTY),
        quote(NASTY, safe="").lower(),
        shlex.quote(NASTY),
        json.dumps(NASTY),
        json.dumps(NASTY, ensure_ascii=False),
        json.dumps({"a": json.dumps({"b": NASTY})}),
        repr(NASTY),
        base64.b64encode(NASTY.encode()).decode(),
        base64.urlsafe_b64encode(NASTY.encode()).decode(),
        base64.b64encode(b"user:" + NASTY.encode()).decode(),
        base64.b64encode(b"me:" + NASTY.encode() + b":more").decode(),
        f"http://user:{quote(NASTY, safe='')}@proxy:3128",
        f"http://user:{NASTY}@proxy:3128",
    ],
)
def test_every_form_of_a_declared_secret_is_masked(written: str) -> None:
    masked = Masker([NASTY]).mask(f"before {written} after")
    assert MASK in masked
    assert masked.startswith("before ")
    assert masked.endswith(" after")
    for piece in ("w'o", "w%27o", "ss: w", "ss%3A", "r\\d", "r%5Cd", "r%5cd"):
        assert piece not in masked
    assert base64.b64encode(NASTY.encode()).decode()[4:12] not in masked


def test_overlapping_secrets_leave_no_tail() -> None:
    assert Masker(["abcdef", "cdefgh"]).mask("xabcdefghx") == f"x{MASK}x"


def test_a_longer_secret_wins_over_its_own_beginning() -> None:
    assert Masker(["hunter", "hunter2secret"]).mask("hunter2secret hunter") == f"{MASK} {MASK}"


def test_a_short_secret_is_masked_only_as_a_word() -> None:
    assert Masker(["at"]).mask("cat at the gate, at.") == f"cat {MASK} the gate, {MASK}."


def test_an_empty_secret_masks_nothing() -> None:
    assert Masker(["", "  "]).mask("a b") == "a b"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://bob:s3cr3t@proxy:3128/", f"http://bob:{MASK}@proxy:3128/"),
        ("x https://bob:p%40ss@h/ y", f"x https://bob:{MASK}@h/ y"),
        ("ssh://bob@host:22/path", "ssh://bob@host:22/path"),
        ("http://[::1]:8000/a@b", "http://[::1]:8000/a@b"),
        ("see http://host:80 me@here.org", "see http://host:80 me@here.org"),
        ("Authorization: Basic dXNlcjpwYXNz", f"Authorization: Basic {MASK}"),
        ("-H 'authorization: bearer abc.def-g'", f"-H 'authorization: bearer {MASK}'"),
        ('{"auths":{"r":{"auth":"dXNlcjpw"}}}', f'{{"auths":{{"r":{{"auth":"{MASK}"}}}}}}'),
        (
            "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Blb\n-----END OPENSSH PRIVATE KEY-----",
            f"-----BEGIN OPENSSH PRIVATE KEY-----{MASK}-----END OPENSSH PRIVATE KEY-----",
        ),
    ],
)
def test_credentials_nobody_declared(text: str, expected: str) -> None:
    assert Masker().mask(text) == expected


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("cloned https://{}@github.com/a/b", "ghp_" + "a1B2c3D4e5F6g7H8i9J0" * 2),
        ("export GITLAB={}", "glpat-" + "x1Y2z3" * 4),
        ("aws: {} is denied", "AKIA" + "Q3EGIXAMPL7KEYZZ"),
        ("hook said {}.", "xoxb-" + "123456789012-abcdefGHIJKL"),
        ("docker swarm join --token {} 10.0.0.1:2377", "SWMTKN-1-" + "a1b2c3d4e5" * 5),
        ("id_token={}", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbnRvbmlhIn0.dBjftJeZ4CVPmB92"),
        ("Set-Cookie: {}", "session=9f8e7d6c5b4a; HttpOnly"),
        ("> X-Api-Key: {}", "k3y-Of-s0mebody"),
        ("x-registry-auth: {}", "ZG9ja2VyOnB3"),
        ("Authorization: token2 {}", "abc.def-ghi"),
        ("machine registry.corp login me password {}", "n3trcPass"),
        ("curl -fsSL -u me:{} https://registry/v2/", "cur1-Passw"),
        ("docker login -u me -p {} registry", "l0gin-Passw"),
        ("root:{}:19000:0:99999", "$6$rounds5000$abcdefghijklmnopqrstuvwxyz0123456789"),
        ('"identitytoken": "{}"', "d0cker-Token"),
        ("-----BEGIN RSA PRIVATE KEY-----{}\n-----BEGIN RSA PRIVATE KEY-----x", "\nQUJDREVGR0hJ"),
    ],
)
def test_tokens_nobody_declared(text: str, secret: str) -> None:
    written = text.format(secret)
    masked = Masker().mask(f"before\n{written}\nafter")
    assert secret not in masked
    assert masked.startswith(f"before\n{text.partition('{')[0]}{MASK}")
    assert Masker().mask(masked) == masked


@pytest.mark.parametrize(
    "text",
    [
        "Basic configuration of the engine is done, bearer authentication is next",
        'www-authenticate: Bearer realm="https://auth.docker.io/token",service="registry"',
        "authorization denied by plugin opa: policy forbids it",
        "glibc-all-langpacks-common-2.39-17.fc40.x86_64 is installed",
        "HF_HUB=hf_hub_enable_hf_transfer_of_models npm_config_update_notifier_of_node=false",
        "pk-learn-feature-selection-for-tables sk-learn-feature-selection-for-tables",
        "pypi-server-of-this-company-in-the-basement-of-house-7",
        "ssh://somebody-with-a-long-name@host/path and git@github.com:a/b.git",
        "password for newcomer: \nsudo: a password is required",
        "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU sha256:" + "0123456789abcdef" * 4,
        "docker run -u 1000:1000 -e PATH=$PATH img; awk '{print $1$2}' $5$6$7",
    ],
)
def test_what_only_resembles_a_secret_stays(text: str) -> None:
    assert Masker().mask(text) == text


def test_lines_of_a_private_key_are_secret_each() -> None:
    key = "-----BEGIN KEY-----\nQUJDREVGR0hJSktM\nTU5PUFFSU1RVVldY\n"
    assert "QUJDREVGR0hJSktM" not in Masker([key]).mask("leaked: QUJDREVGR0hJSktM")


def test_values_are_masked_in_depth_and_the_rest_is_kept() -> None:
    masker = Masker(["hunter2"])
    value = {"hunter2": ["a hunter2", 8000, None, True, {"x": ("hunter2",)}]}
    assert masker.mask_value(value) == {MASK: [f"a {MASK}", 8000, None, True, {"x": [MASK]}]}


def test_a_secret_added_later_counts_from_then_on() -> None:
    masker = Masker()
    assert masker.mask("tomato") == "tomato"
    masker.add("tomato")
    assert masker.mask("tomato") == MASK


def test_secrets_are_found_by_name_and_in_urls() -> None:
    raw = {
        "ansible_password": "login-pw",
        "onramp": {
            "proxy": {"http": "http://bob:pr%40xy@p:3128", "https": "http://p:3128"},
            "stack": {"env": {"API_KEY": "key-1", "Github_Token": 12345678, "PORT": "8000"}},
            "docker": {"daemon": {"credentials": {"user": "u-name", "list": ["c-1"]}}},
        },
        "ansible_ssh_private_key_file": "~/.ssh/id_ed25519",
        "DB_PASSWD": "db-pw",
        "passphrase": "phrase",
        "password_set": True,
        "token": None,
        "secret": "",
    }
    assert secret_values(raw) == {
        "login-pw",
        "pr%40xy",
        "pr@xy",
        "key-1",
        "12345678",
        "u-name",
        "c-1",
        "db-pw",
        "phrase",
    }


def test_megabytes_are_masked_fast() -> None:
    masker = Masker([f"secret-number-{number}" for number in range(40)])
    text = "Get:1 http://mirror.example/debian bookworm/main amd64 secret-number-7 x\n" * 60000
    began = time.perf_counter()
    masked = masker.mask(text)
    assert time.perf_counter() - began < 5
    assert "secret-number" not in masked


def test_hostile_text_costs_no_more_than_its_length() -> None:
    for text in (
        "://a:" * 200_000,
        "://" + "a" * 1_000_000,
        "authorization:" * 70_000,
        "-----BEGIN PRIVATE KEY-----" * 20,
    ):
        began = time.perf_counter()
        Masker(["aaaa"]).mask(text)
        assert time.perf_counter() - began < 5
