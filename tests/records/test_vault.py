from __future__ import annotations

import pytest
from cryptography.fernet import Fernet

from records import vault as module
from records.vault import Vault

OLD, NEW = "o" * 40, "n" * 40


def test_what_one_key_wrote_is_read_beside_a_newer_one() -> None:
    sealed = Vault([OLD]).encrypt("thu@example.com")
    assert Vault([NEW, OLD]).decrypt(sealed) == "thu@example.com"
    with pytest.raises(ValueError, match="none of the secret keys"):
        Vault([NEW]).decrypt(sealed)


def test_values_tell_their_key() -> None:
    old, both = Vault([OLD]), Vault([NEW, OLD])
    assert both.key_of(old.encrypt("x")) == old.newest
    assert both.key_of(old.digest("phone", "x")) == old.newest
    assert both.key_of(both.encrypt("x")) == both.newest != old.newest
    assert Vault([NEW]).key_of(old.encrypt("x")) is None


def test_hashes_match_by_any_key_and_are_searched_by_all() -> None:
    digest, both = Vault([OLD]).digest("phone", "1234"), Vault([NEW, OLD])
    assert both.matches("phone", "1234", digest)
    assert not both.matches("phone", "1235", digest)
    assert not both.matches("identity", "1234", digest)
    assert not both.matches("phone", "1234", b"")
    assert not Vault([NEW]).matches("phone", "1234", digest)
    assert digest in both.digests("phone", "1234")


def test_values_from_before_keys_had_ids_still_open() -> None:
    token = Fernet(module._derive(OLD.encode())).encrypt(b"x")
    assert Vault([NEW, OLD]).decrypt(token) == "x"
    assert Vault([NEW, OLD]).matches("phone", "1", Vault([OLD]).digest("phone", "1")[4:])


def test_short_keys_are_refused() -> None:
    with pytest.raises(ValueError, match="32 characters"):
        Vault(["short"])
