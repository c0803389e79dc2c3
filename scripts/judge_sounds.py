"""Whether each spoken sentence sounds most like its own recording: dynamic time warping on log mels, in any language.
Run by scripts/judge --by-sound."""

import argparse
import json
import statistics
import sys
import tempfile
import wave
from pathlib import Path

import numpy

from judge_clips import convert, fail, read_clips

RATE_HZ = 22050
FFT_SAMPLES = 1024
HOP_SAMPLES = 256
BANDS = 80
HIGHEST_HZ = 8000
SILENCE = 1e-6  # relative to the loudest band's power: 60 dB below it


def parse_arguments():
    parser = argparse.ArgumentParser(prog="scripts/judge --by-sound", description=__doc__)
    parser.add_argument("speech", type=Path, metavar="DIR", help="holds metadata.csv (id|text) and id.wav (or .flac), beside it or in wavs/")
    parser.add_argument("recordings", type=Path, metavar="RECORDINGS", help="a folder like it: the same sentences, recorded")
    parser.add_argument("--min-right", type=float, metavar="P", help="exit with 1 under P %%")
    parser.add_argument("--verbose", action="store_true", help="print each sentence")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser.parse_args()


def mel_filter_bank():
    """Triangles, evenly spaced on the HTK scale. [BANDS, FFT_SAMPLES / 2 + 1]"""
    highest_mel = 2595 * numpy.log10(1 + HIGHEST_HZ / 700)
    edges_hz = 700 * (10 ** (numpy.linspace(0, highest_mel, BANDS + 2) / 2595) - 1)
    low, centre, high = edges_hz[:-2, None], edges_hz[1:-1, None], edges_hz[2:, None]
    bins_hz = numpy.fft.rfftfreq(FFT_SAMPLES, 1 / RATE_HZ)
    return numpy.maximum(0, numpy.minimum((bins_hz - low) / (centre - low), (high - bins_hz) / (high - centre)))


def read_samples(file):
    with wave.open(str(file)) as clip:
        return numpy.frombuffer(clip.readframes(clip.getnframes()), dtype="<i2") / 2**15


def log_mel(file):
    """[frames, BANDS]. Each band's mean over the file is taken off: it tells the voice, the microphone and the vocoder,
    which differ between speech and recording, and not the words."""
    samples = numpy.pad(read_samples(file), FFT_SAMPLES // 2)
    frames = numpy.lib.stride_tricks.sliding_window_view(samples, FFT_SAMPLES)[::HOP_SAMPLES]
    power = numpy.abs(numpy.fft.rfft(frames * numpy.hanning(FFT_SAMPLES))) ** 2 @ mel_filter_bank().T
    mel = numpy.log(numpy.maximum(power / max(power.max(), 1e-12), SILENCE))
    return (mel - mel.mean(axis=0)).astype(numpy.float32)


def frame_distances(speech, recording):
    """Euclidean. [frames of the speech, frames of the recording]"""
    squares = (speech**2).sum(axis=1)[:, None] + (recording**2).sum(axis=1) - 2 * speech @ recording.T
    return numpy.sqrt(numpy.maximum(squares, 0))


def skewed(cells, diagonals):
    """Each diagonal as a row. [rows, columns] -> [diagonals, rows]"""
    rows, columns = cells.shape
    wide = numpy.full((rows, diagonals + 1), numpy.inf, dtype=numpy.float32)
    wide[:, :columns] = cells
    return wide.reshape(-1)[:rows * diagonals].reshape(rows, diagonals).T


def distances(speech, recordings):
    """The mean distance of the frames along the best path through each recording. A diagonal step counts twice (Sakoe
    and Chiba's symmetric form): every path is as long as both files together, so the least sum is the least mean."""
    rows, columns = len(speech), max(map(len, recordings))
    diagonals = rows + columns - 1  # the cells of each depend only on the two before it
    costs = numpy.full((diagonals, len(recordings), rows), numpy.inf, dtype=numpy.float32)
    for number, recording in enumerate(recordings):
        costs[:, number] = skewed(frame_distances(speech, recording), diagonals)
    outside = numpy.full((len(recordings), rows + 1), numpy.inf, dtype=numpy.float32)
    before, last = outside.copy(), outside.copy()  # the diagonals k - 2 and k - 1; column 0 lies outside
    before[:, 0] = 0
    ends = numpy.empty((diagonals, len(recordings)), dtype=numpy.float32)
    for k in range(diagonals):
        now = outside.copy()
        step = numpy.minimum(last[:, :-1], last[:, 1:]) + costs[k]
        now[:, 1:] = numpy.minimum(step, before[:, :-1] + 2 * costs[k])
        ends[k] = now[:, -1]
        before, last = last, now
    lengths = numpy.array([len(recording) for recording in recordings])
    return ends[rows + lengths - 2, numpy.arange(len(recordings))] / (rows + lengths)


def pair(speech, recordings):
    """The number of each spoken sentence's recording."""
    texts = [clip["text"] for clip in recordings]
    if len(set(texts)) < len(texts):
        fail("a sentence is recorded twice: its recordings cannot be told apart")
    for clip in speech:
        if clip["text"] not in texts:
            fail(f"{clip['id']}: its sentence is not recorded: {clip['text']!r}")
    return [texts.index(clip["text"]) for clip in speech]


def mels_of(clips):
    with tempfile.TemporaryDirectory(prefix="judge.") as folder:
        return [log_mel(file) for file in convert(clips, Path(folder), RATE_HZ)]


def judge(arguments):
    speech, recordings = read_clips(arguments.speech), read_clips(arguments.recordings)
    wanted = pair(speech, recordings)
    recorded = mels_of(recordings)
    results = []
    for clip, right, mel in zip(speech, wanted, mels_of(speech)):
        found = distances(mel, recorded)
        nearest = int(found.argmin())
        results.append({"id": clip["id"], "sentence": clip["text"], "nearest": recordings[nearest]["text"],
                        "right": nearest == right, "distance": float(found[right]),
                        "nearest_other": float(numpy.delete(found, right).min(initial=numpy.inf))})
    return len(recordings), results


def main():
    arguments = parse_arguments()
    recordings, results = judge(arguments)
    right = sum(result["right"] for result in results)
    percent = 100 * right / len(results)
    if arguments.json:
        print(json.dumps({"recordings": recordings, "sentences": len(results), "sentences_right": right,
                          "right_percent": round(percent, 3), "clips": results}, ensure_ascii=False))
    else:
        for result in results:
            if arguments.verbose or not result["right"]:
                print(f"{result['id']}: {'right' if result['right'] else 'WRONG'}, distance {result['distance']:.2f}, "
                      f"nearest other {result['nearest_other']:.2f}\n  text:    {result['sentence']}\n  nearest: {result['nearest']}")
        own, other = (statistics.median(result[key] for result in results) for key in ("distance", "nearest_other"))
        print(f"right {percent:.1f} % ({right} of {len(results)} sentences, among {recordings} recordings), "
              f"median distance {own:.2f}, of the nearest other one {other:.2f}")
    return int(arguments.min_right is not None and percent < arguments.min_right)


sys.exit(main())
