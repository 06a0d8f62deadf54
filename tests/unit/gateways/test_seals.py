from chalicelib.gateways.seals import JweSeals

OLD, NEW = b"o" * 32, b"n" * 32


def test_what_is_sealed_can_be_opened_until_its_time_is_over() -> None:
    seals = JweSeals({"a": OLD})
    sealed = seals.seal({"state": "secret"}, 10)
    assert "secret" not in sealed
    assert seals.open(sealed, 9) == {"state": "secret"}
    assert seals.open(sealed, 10) is None


def test_what_was_changed_or_sealed_elsewhere_is_not_opened() -> None:
    seals = JweSeals({"a": OLD})
    sealed = seals.seal({}, 10)
    head, key, nonce, text, tag = sealed.split(".")
    changed = ".".join((head, key, nonce, text[:-2] + ("AA" if text[-2:] != "AA" else "BB"), tag))
    for other in (changed, JweSeals({"a": NEW}).seal({}, 10), "", "a.b.c.d.e", "é"):
        assert seals.open(other, 0) is None


def test_a_key_that_is_being_replaced_still_opens() -> None:
    sealed = JweSeals({"a": OLD}).seal({"x": 1}, 10)
    assert JweSeals({"b": NEW, "a": OLD}).open(sealed, 0) == {"x": 1}
