"""Personal data at rest: encryption that can change keys, and keyed hashes to compare and search without reading.

Both carry the id of their key, so that it can be told which key a value needs. What is encrypted moves to the newest
key with ``motcua keys rotate``; a keyed hash moves with it where the value itself is kept, and else stays with its key.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

_ID_BYTES = 4
_HASH_BYTES = 32


class Vault:
    """Encrypts and hashes with the keys of ``Settings.keys``: the first one writes, all of them read."""

    def __init__(self, keys: list[str]) -> None:
        if not keys or min(len(key) for key in keys) < 32:
            raise ValueError("a secret key needs at least 32 characters")
        self._keys = {_key_id(key.encode()): key.encode() for key in keys}
        self._fernets = {key_id: Fernet(_derive(key)) for key_id, key in self._keys.items()}
        self._all = MultiFernet(list(self._fernets.values()))
        self.newest = next(iter(self._keys))
        """Id of the key that writes."""

    @property
    def key_ids(self) -> list[bytes]:
        """Ids of the keys, the one that writes first."""
        return list(self._keys)

    def encrypt(self, text: str) -> bytes:
        """``text`` as ``seal`` writes it."""
        return self.seal(text.encode())

    def seal(self, content: bytes) -> bytes:
        """``content`` as the id of the newest key and a Fernet token (AES-128-CBC with HMAC-SHA-256)."""
        return self.newest + self._fernets[self.newest].encrypt(content)

    def decrypt(self, sealed: bytes) -> str:
        """The text of ``encrypt``. Raises ``ValueError`` when none of the keys opens it."""
        return self.unseal(sealed).decode()

    def unseal(self, sealed: bytes) -> bytes:
        """The content of ``seal``. Raises ``ValueError`` when none of the keys opens it."""
        key_id = self.key_of(sealed)
        try:
            if key_id is None:
                return self._all.decrypt(sealed)
            return self._fernets[key_id].decrypt(sealed[_ID_BYTES:])
        except InvalidToken as error:
            raise ValueError("none of the secret keys opens this value: see docs/privacy.md on keys") from error

    def key_of(self, value: bytes) -> bytes | None:
        """Id of the key that an encrypted value or a keyed hash was made with; none when it is not known here."""
        key_id = value[:_ID_BYTES]
        return key_id if key_id in self._keys else None

    def digest(self, purpose: str, value: str) -> bytes:
        """Keyed hash of ``value``: the newest key's id, 32 bytes; ``purpose`` keeps equal values of two kinds apart."""
        return _digest(self._keys[self.newest], self.newest, purpose, value)

    def digests(self, purpose: str, value: str) -> list[bytes]:
        """The hashes of ``value`` with every key, to search for what was written under any of them."""
        return [_digest(key, key_id, purpose, value) for key_id, key in self._keys.items()]

    def stored_digests(self, purpose: str, value: str) -> list[bytes]:
        """Every form in which a hash of ``value`` may be stored: before keys had ids, it was the bare 32 bytes."""
        made = self.digests(purpose, value)
        return made + [digest[-_HASH_BYTES:] for digest in made]

    def matches(self, purpose: str, value: str, digest: bytes) -> bool:
        """Whether ``digest`` was made of ``value`` with any of the keys, compared in constant time."""
        results = [hmac.compare_digest(made, digest) for made in self.stored_digests(purpose, value)]
        return any(results)


def _key_id(key: bytes) -> bytes:
    return hmac.digest(key, b"motcua key id", hashlib.sha256)[:_ID_BYTES]


def _derive(key: bytes) -> bytes:
    return base64.urlsafe_b64encode(hmac.digest(key, b"motcua encryption", hashlib.sha256))


def _digest(key: bytes, key_id: bytes, purpose: str, value: str) -> bytes:
    return key_id + hmac.digest(key, f"{purpose}\0{value}".encode(), hashlib.sha256)
