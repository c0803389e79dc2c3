"""A folder of speech and its sentences, as the judges read it."""

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count


def fail(message):
    print(f"judge: {message}", file=sys.stderr)
    sys.exit(2)


def read_clips(folder, first=None):
    """The clips of metadata.csv; a third column (LJSpeech) is the text as it is read aloud."""
    metadata = folder / "metadata.csv"
    if not metadata.is_file():
        fail(f"{metadata}: no such file")
    clips = []
    for line in metadata.read_text(encoding="utf-8-sig").splitlines()[:first]:
        columns = line.split("|")
        if len(columns) < 2 or not columns[-1].strip():
            fail(f"{metadata}: not a line `id|text`: {line!r}")
        name = re.sub(r"\.(wav|flac)$", "", columns[0])
        places = [place / (name + ending) for place in (folder, folder / "wavs") for ending in (".wav", ".flac")]
        audio = next((path for path in places if path.is_file()), None)
        if audio is None:
            fail(f"{folder}: no {name}.wav or .flac, which metadata.csv names")
        clips.append({"id": columns[0], "audio": audio, "text": columns[-1].strip()})
    if not clips:
        fail(f"{metadata}: no sentences")
    return clips


def convert(clips, folder, rate_hz, backwards=False):
    """Mono, 16 bit, without dither: the same bytes each time. The files, numbered."""

    def convert_one(item):
        number, clip = item
        file = folder / f"{number:06}.wav"
        command = ["sox", "-D", clip["audio"], "-r", str(rate_hz), "-c", "1", "-b", "16", file]
        result = subprocess.run(command + ["reverse"] * backwards, capture_output=True, text=True)
        if result.returncode != 0:
            fail(f"{clip['audio']}: {result.stderr.strip()}")
        return file

    with ThreadPoolExecutor(cpu_count()) as pool:
        return list(pool.map(convert_one, enumerate(clips)))
