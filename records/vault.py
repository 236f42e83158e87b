"""Personal data at rest: encryption that can change keys, and keyed hashes to compare without reading."""

from __future__ import annotations

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class Vault:
    """Encrypts and hashes with the keys of ``Settings.keys``: the first one writes, all of them read."""

    def __init__(self, keys: list[str]) -> None:
        if not keys or min(len(key) for key in keys) < 32:
            raise ValueError("a secret key needs at least 32 characters")
        self._keys = [key.encode() for key in keys]
        self._fernet = MultiFernet([Fernet(_derive(key)) for key in self._keys])

    def encrypt(self, text: str) -> bytes:
        """``text`` as a Fernet token (AES-128-CBC with HMAC-SHA-256)."""
        return self.seal(text.encode())

    def seal(self, content: bytes) -> bytes:
        """``content`` as a Fernet token."""
        return self._fernet.encrypt(content)

    def decrypt(self, token: bytes) -> str:
        """The text of a token. Raises ``ValueError`` when none of the keys opens it."""
        return self.unseal(token).decode()

    def unseal(self, token: bytes) -> bytes:
        """The content of a token. Raises ``ValueError`` when none of the keys opens it."""
        try:
            return self._fernet.decrypt(token)
        except InvalidToken as error:
            raise ValueError("none of the secret keys opens this value") from error

    def digest(self, purpose: str, value: str) -> bytes:
        """Keyed hash of ``value`` (32 bytes, newest key); ``purpose`` keeps equal values of different kinds apart."""
        return _digest(self._keys[0], purpose, value)

    def matches(self, purpose: str, value: str, digest: bytes) -> bool:
        """Whether ``digest`` was made of ``value`` with any of the keys, compared in constant time."""
        results = [hmac.compare_digest(_digest(key, purpose, value), digest) for key in self._keys]
        return any(results)


def _derive(key: bytes) -> bytes:
    return base64.urlsafe_b64encode(hmac.digest(key, b"motcua encryption", hashlib.sha256))


def _digest(key: bytes, purpose: str, value: str) -> bytes:
    return hmac.digest(key, f"{purpose}\0{value}".encode(), hashlib.sha256)
