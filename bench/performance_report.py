"""docs/performance.md and its picture, from what bench/compare.py measured."""
import statistics

import bar_chart

PROGRAMS = ("coqui-tts", "ours", "hand-written", "ours, codes cached", "ours, from memory")
DOES = {
    "coqui-tts": "decodes, makes mels and codes, trains",
    "ours": "decodes, makes mels and codes, trains",
    "hand-written": "trains; all else was done before the clock started",
    "ours, codes cached": "decodes prompts, makes their mels, trains; codes as in every epoch after the first",
    "ours, from memory": "trains; all else was done before the clock started",
}
PARTS = {
    "decode": ("decode", "libsndfile alone"),
    "resample": ("resample to 22,050 Hz", "the filter's multiplications and additions at a matrix product's speed"),
    "mel": ("log mel", "the Fourier transforms alone"),
    "all": ("all three", "the three floors together"),
}
NOISY_CORES = 0.1


class Spread:
    def __init__(self, values):
        self.median, self.least, self.most = statistics.median(values), min(values), max(values)

    def text(self, digits):
        return f"{self.median:.{digits}f} ({self.least:.{digits}f}–{self.most:.{digits}f})"


def matching(measured, **wanted):
    return [row for row in measured if all(row[key] == value for key, value in wanted.items())]


def values(measured, key, **wanted):
    return [row[key] for row in matching(measured, **wanted)]


def cells(measured, *keys):
    return sorted({tuple(row[key] for key in keys) for row in measured})


def table(head, rows):
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield "| " + " | ".join(row) + " |"
    yield ""


def plural(count, thing):
    return f"{count} {thing}" + ("" if count == 1 else "s")


def noise_of(rows):
    noisy = sum(row["others_cores"] > NOISY_CORES for row in rows)
    return f" ({noisy} of {len(rows)} noisy)" if noisy else ""


def training_row(measured, program, batch, threads):
    here = {"batch": batch, "threads": threads}
    rows = matching(measured, program=program, **here)
    speed = statistics.median(row["audio_s_per_s"] for row in rows)

    def times(other):
        return f"{speed / statistics.median(values(measured, 'audio_s_per_s', program=other, **here)):.2f}"

    return [
        program + noise_of(rows),
        Spread([row["audio_s_per_s"] for row in rows]).text(1),
        Spread([row["steps_per_s"] for row in rows]).text(3),
        f"{statistics.median(row['cpu_s_per_step'] for row in rows):.2f}",
        f"{statistics.median(row['peak_rss_mib'] for row in rows):,.0f}",
        times("coqui-tts"),
        times("hand-written"),
    ]


def training_lines(training):
    measured = training["measured"]
    head = ("", "audio s/s", "steps/s", "processor s a step", "peak MiB", "× coqui-tts", "× hand-written")
    for batch, threads in cells(measured, "batch", "threads"):
        yield f"**Batch {batch}, {plural(threads, 'thread')}**"
        yield ""
        yield from table(head, [training_row(measured, program, batch, threads) for program in PROGRAMS])


def audio_row(measured, part, rate_hz, threads):
    here = {"rate_hz": rate_hz, "threads": threads}
    own = Spread(values(measured, part, program="ours", **here))
    other = Spread(values(measured, part, program="torchaudio", **here))
    floor = statistics.median(row["floor"][part] for row in matching(measured, program="ours", **here))
    name, floor_name = PARTS[part]
    return [name, own.text(0), other.text(0), f"{own.median / other.median:.2f}", f"{floor:.0f}: {floor_name}", f"{own.median / floor:.2f}"]


def audio_lines(audio):
    measured = audio["measured"]
    head = ("", "ours", "torchaudio", "× torchaudio", "floor", "of the floor")
    for rate_hz, threads in cells(measured, "rate_hz", "threads"):
        noise = noise_of(matching(measured, rate_hz=rate_hz, threads=threads))
        yield f"**FLAC at {rate_hz:,} Hz, {plural(threads, 'thread')}**{noise}"
        yield ""
        yield from table(head, [audio_row(measured, part, rate_hz, threads) for part in PARTS])


def training_chart(training):
    measured = training["measured"]
    groups = []
    for batch, threads in cells(measured, "batch", "threads"):
        spreads = [Spread(values(measured, "audio_s_per_s", program=p, batch=batch, threads=threads)) for p in PROGRAMS]
        groups.append((f"batch {batch}, {plural(threads, 'thread')}", [(s.median, s.least, s.most) for s in spreads]))
    return bar_chart.svg("Seconds of speech trained a second", PROGRAMS, groups)


TRAINING = """## Training

The same clips in the same batches (24 of LJSpeech), the same model (4 layers, 256 wide, 4 heads, conditioning encoder and
perceiver as XTTS v2 has them, a text vocabulary of 300), the codec at its published size (512 hidden, 1,024 codes), prompts
of 6 s, float32, dropout 0.1, AdamW. *N threads* is N cores for the whole program, to which it is pinned: ours, with both its
roles and its decoder on them; the others with `torch.set_num_threads(N)` (coqui-tts sets 1 when it is not told).

What a step is of each:
"""


def page(results, picture):
    others = results["versions"]
    yield "# Performance"
    yield ""
    yield "Written by `scripts/bench`, which runs the programs in turn; figures are medians, with the least and the most of the"
    yield f"rounds behind them. Machine: {plural(results['cores'], 'virtual core')} of an {results['processor']}."
    yield "Python " + ", ".join(f"{name} {version}".replace("python ", "") for name, version in others.items()) + "."
    yield ""
    if "training" in results:
        training = results["training"]
        yield from TRAINING.splitlines()
        yield from (f"- **{program}**: {does}." for program, does in DOES.items())
        yield ""
        yield "*hand-written* is a careful PyTorch loop over coqui-tts' own model classes (fused AdamW), what"
        yield f"an expert would write. {plural(training['rounds'], 'round')} of {training['steps']} steps after a warm-up of five."
        yield ""
        yield f"![Seconds of speech trained a second]({picture})"
        yield ""
        yield from training_lines(training)
    if "audio" in results:
        yield "## Decoding, resampling, mels"
        yield ""
        yield "The same clips as FLAC at higher rates; seconds of audio a second. Ours is what the data role runs; torchaudio has the"
        yield "filter and the mels that coqui-tts makes with it, which equal ours, and runs in as many processes as threads."
        yield "*Floor*: the part of the work that is left when everything round it costs nothing."
        yield ""
        yield from audio_lines(results["audio"])


def write(results, figures):
    """The page and its picture, beside the file of the figures."""
    picture = figures.with_suffix(".svg")
    figures.with_suffix(".md").write_text("\n".join(page(results, picture.name)).rstrip() + "\n", encoding="utf-8")
    if "training" in results:
        picture.write_text(training_chart(results["training"]), encoding="utf-8")
