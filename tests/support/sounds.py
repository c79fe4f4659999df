"""Sounds for tests, made on the spot."""

import wave
from io import BytesIO

_RATE = 8_000


def wav(seconds: float = 0.1) -> bytes:
    """Make a short silence as a WAV file."""
    into = BytesIO()
    with wave.open(into, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(_RATE)
        sound.writeframes(bytes(int(seconds * _RATE) * 2))
    return into.getvalue()
