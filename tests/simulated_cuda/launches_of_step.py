#!/usr/bin/env python3
"""What one step of the voice has two GPUs do: operators, a real GPU's kernels, copies, and the host's calls.

launches_of_step.py [--steps N] [--data FOLDER] [ARGUMENT of `myxtts train`]...   for example
launches_of_step.py --model-size xtts-v2 --batch-size 32 --precision bf16

Trains on simulated GPUs without computing (values are zeros), once for 4 steps and once for N more (default 10), and
subtracts the counts. Prints lines of NUMBER KERNELS BYTES WHERE WHAT for a step on average, the largest number first
(what they mean: runtime/counts.hpp), and then their sums. Python's own library only.
"""

import argparse
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
FIRST_STEPS = 4
COLUMNS = 3  # number, kernels, bytes


def simulated(options, *arguments):
    """Runs our program on simulated GPUs; ends this program where it fails."""
    command = [PROJECT / "scripts/simulated_gpus", *options, PROJECT / "build/release/bin/myxtts", *arguments]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True)
    if done.returncode != 0:
        sys.exit(f"{done.stdout[-4000:]}\nfailed with code {done.returncode}: {' '.join(map(str, command))}")


def counts(work, data, steps, arguments):
    """(where, what) -> its columns, of a run with so many steps of the voice."""
    file = work / f"counts{steps}"
    simulated(["--memory-mb", "131072,131072", "--no-compute", "--count", file],
              "train", "--train-data", data, "--output", work / f"run{steps}", "--data-gpu", "0", "--model-gpu", "1",
              *arguments, "--set", "validation.max_clips=1", "--set", "run.start_delay_seconds=0",
              "--set", "codec.steps=2", "--set", "codec.codebook_step=1", "--set", f"voice.steps={steps}")
    found = {}
    for line in file.read_text().splitlines():
        *columns, where, what = line.split()
        found[where, what] = [int(column) for column in columns]
    return found


def kind(what):
    if what.startswith("aten::"):
        return "operators"
    if what.startswith("copy-"):
        return "copies"
    return "waits" if "Synchronize" in what or what == "blocking-copy" else None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--data", type=Path)
    options, arguments = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        data = options.data or work / "data"
        if options.data is None:
            simulated([], "make-data", "--output", data, "--count", "100")
        few = counts(work, data, FIRST_STEPS, arguments)
        many = counts(work, data, FIRST_STEPS + options.steps, arguments)
    sums = Counter()
    lines = []
    for (where, what), columns in many.items():
        earlier = few.get((where, what), [0] * COLUMNS)
        columns = [(column - before) / options.steps for column, before in zip(columns, earlier)]
        lines.append((columns, where, what))
        for position, column in enumerate(columns):
            sums[where, kind(what), position] += column
    lines = sorted((line for line in lines if line[0][0] != 0), reverse=True)
    totals = sorted({key[:2] for key in sums if key[1] is not None})
    lines += [([sums[where, name, i] for i in range(COLUMNS)], where, f"all-{name}") for where, name in totals]
    for (number, kernels, size), where, what in lines:
        print(f"{number:.1f} {kernels:.1f} {size:.0f} {where} {what}")


main()
