"""The one frame that nearly every message is: a whole text message, masked from a client, not masked to it.

RFC 6455, section 5.2. Everything else, and everything that is wrong, is left to `websockets`.
"""

try:
    from websockets.speedups import apply_mask
except ImportError:  # built without a compiler
    from websockets.utils import apply_mask

_TEXT = 0x81  # FIN, no extension, opcode 1
_MASKED = 0x80
_SHORT = 125
_TWO_BYTES = 126
_MASK = 4


def whole_text(data: bytes, limit: int) -> bytes | None:
    """The payload of a client's text message, if `data` is that one frame and nothing else; `limit` in bytes."""
    if len(data) < 2 + _MASK or data[0] != _TEXT or data[1] < _MASKED:
        return None
    length, start = data[1] - _MASKED, 2
    if length == _TWO_BYTES:
        length, start = int.from_bytes(data[2:4]), 4
        if length <= _SHORT:  # must be said in one byte
            return None
    elif length > _SHORT:
        return None
    if length > limit or len(data) != start + _MASK + length:
        return None
    return apply_mask(data[start + _MASK :], data[start : start + _MASK])


def ends_whole(data: bytes) -> bool:
    """Whether frames that begin with `data` end with it too, none of them a part of a longer message."""
    place = 0
    while place < len(data):
        if len(data) < place + 2 or not data[place] & 0x80:
            return False
        length, start = data[place + 1] & 0x7F, place + 2
        if length > _SHORT:
            size = 2 if length == _TWO_BYTES else 8
            if len(data) < start + size:
                return False
            length, start = int.from_bytes(data[start : start + size]), start + size
        place = start + (_MASK if data[place + 1] & _MASKED else 0) + length
    return place == len(data)


def text_frame(text: bytes) -> bytes:
    """A server's frame of a whole text message of less than 64 KB."""
    if len(text) <= _SHORT:
        return bytes((_TEXT, len(text))) + text
    return bytes((_TEXT, _TWO_BYTES)) + len(text).to_bytes(2) + text
