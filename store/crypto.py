"""Encryption of what must not be read from a stolen copy of the store: tokens of workspaces, secrets of links."""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class EncryptionError(Exception):
    """Say that a value cannot be encrypted or decrypted, without showing it or a key."""


class _Keyring:
    """Hold the process's keys. Neither `repr` nor an error shows one."""

    def __init__(self) -> None:
        self._keys: MultiFernet | None = None
        self._first: Fernet | None = None

    def load(self, keys: list[Fernet]) -> None:
        self._keys = MultiFernet(keys) if keys else None
        self._first = keys[0] if keys else None

    def first(self) -> Fernet:
        self.require()
        assert self._first is not None  # noqa: S101  (they are loaded together)
        return self._first

    def require(self) -> MultiFernet:
        if self._keys is None:
            raise EncryptionError("No encryption key is configured: set ENCRYPTION_KEYS.")
        return self._keys


_keyring = _Keyring()


def configure(keys: str) -> None:
    """Load the keys of this process.

    `keys` is what ENCRYPTION_KEYS holds: Fernet keys separated by commas. The first encrypts, all decrypt; so a new
    key is put in front, values are rotated, and the old one is taken away. An empty text forgets the keys.
    :raises EncryptionError: a key is not 32 bytes in URL-safe base64.
    """
    parts = [part.strip() for part in keys.split(",") if part.strip()]
    fernets: list[Fernet] = []
    for number, part in enumerate(parts, start=1):
        try:
            fernets.append(Fernet(part))
        except ValueError:
            # `from None`: the cause would carry the key into a traceback.
            raise EncryptionError(f"Encryption key {number} of {len(parts)} is not a Fernet key.") from None
    _keyring.load(fernets)


def generate_key() -> str:
    """Make a new key, for a first start."""
    return Fernet.generate_key().decode("ascii")


def encrypt(text: str) -> bytes:
    """Encrypt a text with the first key.

    :raises EncryptionError: no key is configured.
    """
    return _keyring.require().encrypt(text.encode())


def decrypt(token: bytes) -> str:
    """Decrypt with whichever key fits.

    :raises EncryptionError: no key is configured, none fits, or the value was tampered with.
    """
    try:
        return _keyring.require().decrypt(token).decode()
    except InvalidToken:
        raise EncryptionError("A stored secret cannot be read with the configured keys.") from None


def is_newest(token: bytes) -> bool:
    """Tell whether a value was encrypted with the first key.

    :raises EncryptionError: no key is configured.
    """
    try:
        _keyring.first().decrypt(token)
    except InvalidToken:
        return False
    return True


def rotate(token: bytes) -> bytes:
    """Encrypt again with the first key what any of the keys can read.

    :raises EncryptionError: no key fits.
    """
    try:
        return _keyring.require().rotate(token)
    except InvalidToken:
        raise EncryptionError("A stored secret cannot be read with the configured keys.") from None
