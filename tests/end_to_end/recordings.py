"""recordings.py KIND FILE: writes a recording that something is wrong with."""

import struct
import sys

RATE = 22050


def wav(samples: bytes, *, rate: int = RATE, floats: bool = False, data_bytes: int | None = None) -> bytes:
    """A mono WAV of 16-bit or 32-bit floating-point samples, which may promise more than there is."""
    width = 4 if floats else 2
    size = len(samples) if data_bytes is None else data_bytes
    header = struct.pack("<HHIIHH", 3 if floats else 1, 1, rate, rate * width, width, 8 * width)
    return b"RIFF" + struct.pack("<I", 36 + size) + b"WAVEfmt " + struct.pack("<I", 16) + header + b"data" + struct.pack(
        "<I", size) + samples


def lying_mp3() -> bytes:
    """Two seconds of silence in frames of 128 kbit/s at 44.1 kHz, whose first says that there are a million."""
    frame = bytes([0xFF, 0xFB, 0x90, 0xC4]).ljust(417, b"\0")
    first = bytes([0xFF, 0xFB, 0x90, 0xC4]).ljust(21, b"\0") + b"Xing" + struct.pack(">II", 1, 1_000_000)
    return first.ljust(417, b"\0") + 77 * frame


def main(kind: str, file: str) -> None:
    silence = bytes(2 * RATE)
    three_hours = 3 * 3600 * RATE * 2
    content = {
        "not-a-number": lambda: wav(struct.pack("<f", float("nan")) * RATE, floats=True),
        "of-no-samples": lambda: wav(b""),
        "of-one-sample": lambda: wav(bytes(2)),
        "of-three-hours": lambda: wav(b"", data_bytes=three_hours),
        "cut-short": lambda: wav(silence, data_bytes=2 * len(silence)),
        "of-one-hertz": lambda: wav(bytes(4), rate=1),
        "lying-mp3": lying_mp3,
    }[kind]()
    with open(file, "wb") as target:
        target.write(content)
        if kind == "of-three-hours":
            target.truncate(len(content) + three_hours)  # zeros that take no room


if __name__ == "__main__":
    main(*sys.argv[1:])
