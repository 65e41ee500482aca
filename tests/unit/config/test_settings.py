"""What a user may set, and what each mistake is answered with."""

from __future__ import annotations

from typing import Any

import pytest

from onramp.config import parse_settings
from onramp.errors import UsageError
from onramp.model.settings import DOCKER_REPOSITORY, Settings

MISTAKES: list[tuple[Any, str]] = [
    ({"dokcer": {"method": "auto"}}, "unknown setting 'onramp.dokcer' · did you mean docker?"),
    ({"docker": {"metod": "auto"}}, "did you mean docker.method?"),
    ({"docker": {"demon": {}}}, "did you mean docker.daemon?"),
    ({"method": "auto"}, "did you mean docker.method?"),
    ({"xyzzy": 1}, "known settings: docker.method, docker.repository"),
    ({"docker": {"method": "atuo"}}, "onramp.docker.method: found 'atuo', expected one of auto"),
    ({"docker": {"method": None}}, "found nothing, expected one of auto"),
    ({"docker": 3}, "onramp.docker: found 3, expected a mapping of settings"),
    ({"docker": None}, "onramp.docker: found nothing, expected a mapping"),
    ({"docker": {"version": 28.5}}, "onramp.docker.version: found 28.5, expected text (in quotes)"),
    ({"docker": {"version": "28; reboot"}}, "onramp.docker.version"),
    ({"docker": {"channel": "$(id)"}}, "onramp.docker.channel"),
    ({"docker": {"user": "-x"}}, "onramp.docker.user"),
    ({"docker": {"repository": "ftp://x"}}, "expected a URL beginning with http:// or https://"),
    ({"docker": {"daemon": [1]}}, "onramp.docker.daemon: found a list, expected a mapping"),
    ({"timeouts": {"up": 0}}, "onramp.timeouts.up: found 0, expected seconds above 0"),
    ({"timeouts": {"up": float("inf")}}, "onramp.timeouts.up: found inf"),
    ({"timeouts": {"up": float("nan")}}, "onramp.timeouts.up"),
    ({"timeouts": {"up": "soon"}}, "onramp.timeouts.up: found 'soon'"),
    ({"stack": {"env": [1]}}, "onramp.stack.env: found a list, expected a mapping"),
    ({"stack": {"env": {"A": True}}}, "onramp.stack.env.A: found true or false, expected text"),
    ({"stack": {"env": {"A B": "1"}}}, "'A B' is no variable name"),
    ({"stack": {"env": {"A;reboot": "1"}}}, "is no variable name"),
    ({"stack": {"env": {"A": "x\0y"}}}, "NUL"),
    ({1: 2}, "onramp: found 1 as a name, expected text"),
    ({"proxy": {"http": "proxy:3128"}}, "onramp.proxy.http: found text, expected a URL"),
]


@pytest.mark.parametrize(("raw", "says"), MISTAKES)
def test_a_mistake_is_one_line_naming_the_setting(raw: Any, says: str) -> None:
    with pytest.raises(UsageError) as error:
        parse_settings.parse(raw, where="inv.yml: host web1")
    assert says in str(error.value)
    assert str(error.value).startswith("inv.yml: host web1: ")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "raw",
    [
        {"stack": {"env": {"TOKEN": ["s3cret"]}}},
        {"proxy": {"http": "me:s3cret@proxy"}},
        {"docker": {"repository": "me:s3cret@repo"}},
    ],
)
def test_a_value_that_may_be_secret_is_never_repeated(raw: dict[str, Any]) -> None:
    with pytest.raises(UsageError) as error:
        parse_settings.parse(raw, where="x")
    assert "s3cret" not in str(error.value)


def test_whole_numbers_in_env_are_text() -> None:
    parsed = parse_settings.parse({"stack": {"env": {"PORT": 8000}}}, where="x")
    assert parsed.stack.env == {"PORT": "8000"}


def test_defaults_and_overlay() -> None:
    parsed = parse_settings.parse({}, where="x")
    assert parsed == Settings()
    changed = parse_settings.overlaid(parsed, {"docker.method": "distribution", "timeouts.up": 5})
    assert (changed.docker.method, changed.timeouts.up) == ("distribution", 5)
    assert changed.docker.repository == DOCKER_REPOSITORY


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["docker.method=auto"], {"docker": {"method": "auto"}}),
        (["docker.method=auto", "docker.method=present"], {"docker": {"method": "present"}}),
        (
            ["docker.method=auto,timeouts.up=20"],
            {"docker": {"method": "auto"}, "timeouts": {"up": 20}},
        ),
        (["proxy.no_proxy=localhost,10.0.0.0/8"], {"proxy": {"no_proxy": "localhost,10.0.0.0/8"}}),
        (["stack.env.A=a,b=c"], {"stack": {"env": {"A": "a,b=c"}}}),
        (["stack.env.V=1.10"], {"stack": {"env": {"V": "1.10"}}}),
        (["stack.env.Y=yes"], {"stack": {"env": {"Y": "yes"}}}),
        (["stack.env.E="], {"stack": {"env": {"E": ""}}}),
        (["stack.env.M=x: y #z"], {"stack": {"env": {"M": "x: y #z"}}}),
        (["docker.version='28.5'"], {"docker": {"version": "28.5"}}),
        (["docker.version=null"], {"docker": {"version": None}}),
        (["docker.daemon.mtu=1400"], {"docker": {"daemon": {"mtu": 1400}}}),
        (["docker.daemon.debug=true"], {"docker": {"daemon": {"debug": True}}}),
        (['docker.daemon={"dns": ["1.1.1.1"]}'], {"docker": {"daemon": {"dns": ["1.1.1.1"]}}}),
    ],
)
def test_pairs_are_typed_as_yaml_scalars(texts: list[str], expected: dict[str, Any]) -> None:
    assert parse_settings.pairs(texts) == expected


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("docker.method", "found 'docker.method', expected name=value"),
        ("=3", "expected name=value"),
        ("", "expected name=value"),
        ("docker.method.deeper=3", "onramp.docker.method"),
        ("docker=1", "onramp.docker: found 1"),
        ("dokcer.method=auto", "did you mean docker?"),
        ("docker..method=1", "unknown setting"),
        ("docker.daemon={a: [1", "--set docker.daemon:"),
        ("timeouts.up=soon", "onramp.timeouts.up: found 'soon'"),
        ("stack.env.A B=1", "no variable name"),
    ],
)
def test_a_bad_pair_names_its_setting(text: str, says: str) -> None:
    with pytest.raises(UsageError, match="^--set") as error:
        parse_settings.pairs([text])
    assert says in str(error.value)


def test_a_pair_below_a_pair_replaces_it_or_is_refused() -> None:
    with pytest.raises(UsageError, match="--set"):
        parse_settings.pairs(["docker=1", "docker.method=auto"])
