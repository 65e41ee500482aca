"""Names nobody has yet."""

from onramp.text.file_names import free_name


def test_a_name_that_is_free_stays() -> None:
    assert free_name("web", {"web-2"}) == "web"


def test_else_the_first_number_that_is_free() -> None:
    assert free_name("web", {"web"}) == "web-2"
    assert free_name("web", {"web", "web-2", "web-4"}) == "web-3"
    assert free_name("web", {"hosts": "web"}.values()) == "web-2"


def test_a_long_name_keeps_its_end_and_its_limit() -> None:
    name = "a-very-long-pain-point-on-debian-12"
    assert free_name(name, (), longest=9) == "debian-12"
    assert free_name(name, {"debian-12"}, longest=9) == "bian-12-2"
    assert free_name(name, (), longest=10) == "debian-12"  # no name begins with a hyphen
