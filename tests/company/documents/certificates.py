"""A certificate that nobody vouches for, written out as RFC 5280 and RFC 5915 say: no library that makes one is needed.

Its private key is the number one, whose public key is the curve's base point, and its signature is none: who does not
trust it has no reason to look at either.
"""

import ssl
from base64 import encodebytes
from pathlib import Path

BASE_POINT = bytes.fromhex(
    "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
    "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
)
"""Of P-256 (SEC 2, 2.4.2)."""
P256, EC_KEY, ECDSA, NAME = (
    bytes.fromhex(oid) for oid in ("06082a8648ce3d030107", "06072a8648ce3d0201", "06082a8648ce3d040302", "0603550403")
)
INTEGER, BITS, OCTETS, UTF8, TIME, SEQUENCE, SET, FIRST = 0x02, 0x03, 0x04, 0x0C, 0x17, 0x30, 0x31, 0xA0
ONE = b"\x01"


def untrusted(path: Path) -> Path:
    """Write the key and the certificate to a file, as PEM."""
    key = _der(SEQUENCE, _der(INTEGER, ONE), _der(OCTETS, ONE.rjust(32, b"\0")), _der(FIRST, P256))
    begin, end = (f"-----{word} EC PRIVATE KEY-----\n" for word in ("BEGIN", "END"))
    path.write_text(begin + encodebytes(key).decode() + end + ssl.DER_cert_to_PEM_cert(_certificate()), "ascii")
    return path


def _certificate() -> bytes:
    algorithm = _der(SEQUENCE, ECDSA)
    nobody = _der(SEQUENCE, _der(SET, _der(SEQUENCE, NAME, _der(UTF8, b"Nobody"))))
    days = _der(SEQUENCE, _der(TIME, b"260101000000Z"), _der(TIME, b"491231235959Z"))
    public = _der(SEQUENCE, _der(SEQUENCE, EC_KEY, P256), _der(BITS, b"\0\x04", BASE_POINT))
    told = _der(SEQUENCE, _der(INTEGER, ONE), algorithm, nobody, days, nobody, public)
    signature = _der(SEQUENCE, _der(INTEGER, ONE), _der(INTEGER, ONE))
    return _der(SEQUENCE, told, algorithm, _der(BITS, b"\0", signature))


def _der(tag: int, *parts: bytes) -> bytes:
    """One element of DER (X.690), of at most 65535 bytes."""
    content = b"".join(parts)
    size = len(content).to_bytes(1 if len(content) < 256 else 2)
    return bytes([tag]) + (size if len(content) < 128 else bytes([0x80 + len(size)]) + size) + content
