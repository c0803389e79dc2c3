#!/usr/bin/env python3
"""Speed of training and of preparing audio, beside what people use instead: run by scripts/bench.

Every program is given the same number of cores and nothing else to share them with. A measurement during which other
processes kept more than a tenth of a core busy is taken again, twice at most; what stays noisy is marked.
"""
import argparse
import json
import os
import pathlib
import platform
import subprocess
import sys
import tempfile
import time

import performance_report

ROOT = pathlib.Path(__file__).resolve().parent.parent
OTHERS = ROOT / ".deps/bench/programs"
FOLDER = ROOT / "runs/bench"
CLIPS = ROOT / "../shared/data/ljspeech-24"
RESULTS = ROOT / "docs/performance.json"
WARM_UP_STEPS = 5  # what `profile` leaves out; the others are told to
NOISY_CORES = 0.1
MODEL = {"layers": 4, "width": 256, "heads": 4}
VOCABULARY = 300
# The size xtts-v2 has the published codec (512 hidden, 1,024 codes) and prompt (of the clip itself, filled up to 6 s).
OUR_SETTINGS = {
    **{f"model.{name}": value for name, value in MODEL.items()},
    "conditioning.width": MODEL["width"],
    "text.vocabulary": VOCABULARY,
    "voice.clip_norm": 0,  # the others clip no gradients
    "run.data_threads": 1,
}


def arguments():
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="of all programs in turn; default 3")
    parser.add_argument("--steps", type=int, default=20, help="measured in each; default 20")
    parser.add_argument("--seconds", type=float, default=3, help="for each part of preparing audio; default 3")
    parser.add_argument("--batch", type=int, nargs="+", default=[4, 8], metavar="CLIPS", help="default 4 8")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2], metavar="N", help="default 1 2")
    parser.add_argument("--only", choices=["training", "audio"], help="measure this part alone, and keep the other's figures")
    parser.add_argument("--quick", action="store_true", help="one round, few steps: shows that everything works")
    parser.add_argument("--output", type=pathlib.Path, default=RESULTS, help="figures; the page and its picture go beside it")
    parser.add_argument("--report", action="store_true", help="measure nothing: write the page of --output's figures again")
    options = parser.parse_args()
    options.tries = 3
    if options.quick:
        options.rounds, options.tries, options.steps, options.seconds = 1, 1, 4, 0.3
    return options


def say(line):
    print(line, file=sys.stderr, flush=True)


def busy_seconds():
    """Of all processors since the machine was started."""
    with open("/proc/stat", encoding="ascii") as file:
        user, nice, system, _, _, *rest = [int(word) for word in file.readline().split()[1:9]]
    return (user + nice + system + sum(rest)) / os.sysconf("SC_CLK_TCK")


def run(command, threads):
    """The last line that the program prints, an object, and what the system saw; its processes have `threads` cores."""
    command = [str(word) for word in command]
    cores = sorted(os.sched_getaffinity(0))[:threads]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("OMP_", "MKL_"))}
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as messages:
        begin = time.perf_counter(), busy_seconds()
        process = subprocess.Popen(
            command,
            stdout=output,
            stderr=messages,
            env=environment | {"MYXTTS_BUILD": "0"},
            preexec_fn=lambda: os.sched_setaffinity(0, cores),
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds, busy = time.perf_counter() - begin[0], busy_seconds() - begin[1]
        output.seek(0), messages.seek(0)
        if process.returncode != 0:
            sys.exit(f"{' '.join(command)} ended with code {process.returncode}:\n{messages.read()[-4000:]}")
        others = max(0, busy - usage.ru_utime - usage.ru_stime) / seconds
        seen = {"others_cores": others, "peak_rss_mib": usage.ru_maxrss / 1024}
        return seen | json.loads(output.read().strip().splitlines()[-1])


def quiet(measure, tries):
    """The quietest of at most so many tries of measure(), which returns figures by name."""
    best = None
    for _ in range(tries):
        figures = measure()
        noise = max(figure["others_cores"] for figure in figures.values())
        if best is None or noise < best[0]:
            best = noise, figures
        if noise <= NOISY_CORES:
            break
        say(f"noisy: other processes kept {noise:.2f} cores busy")
    return best[1]


FIGURES = ("steps_per_s", "audio_s_per_s", "step_s", "cpu_s_per_step", "others_cores", "peak_rss_mib")


def figures_of(result):
    return {key: result[key] for key in FIGURES}


def common_flags(options, batch, threads, batches):
    return [
        *(word for name, value in MODEL.items() for word in (f"--{name}", value)),
        *("--vocab", VOCABULARY, "--batch", batch, "--threads", threads, "--steps", options.steps),
        *("--warmup", WARM_UP_STEPS, "--clips", CLIPS, "--batches", batches),
    ]


def coqui_tts(options, batch, threads, batches):
    result = run([sys.executable, OTHERS / "peer_bench.py", *common_flags(options, batch, threads, batches)], threads)
    return {"coqui-tts": figures_of(result)}


def hand_written(options, batch, threads, batches):
    result = run([sys.executable, OTHERS / "torch_ref.py", *common_flags(options, batch, threads, batches)], threads)
    return {"hand-written": figures_of(result)}


def ours(options, batch, threads, batches):
    result = run(
        [
            *(ROOT / "myxtts", "profile", "--train-data", CLIPS, "--batches", batches, "--json", "--rounds", 1),
            *("--model-size", "xtts-v2", "--grad-accum", 1, "--threads", threads, "--num-workers", 1),
            *("--steps", options.steps),
            *(word for key, value in OUR_SETTINGS.items() for word in ("--set", f"{key}={value}")),
        ],
        threads,
    )
    names = {"pipeline": "ours", "cached": "ours, codes cached", "replay": "ours, from memory"}
    return {names[way]: figures_of(result | result[way]) for way in names}


def same_work(figures):
    """All have trained on the same seconds of speech."""
    seconds = {name: figure["audio_s_per_s"] / figure["steps_per_s"] for name, figure in figures.items()}
    if max(seconds.values()) > 1.01 * min(seconds.values()):
        sys.exit(f"the programs did not do the same work; seconds of speech a step: {seconds}")


def compare_training(options):
    measured = []
    for round_number in range(options.rounds):
        for batch in options.batch:
            for threads in options.threads:
                batches = FOLDER / f"batches-{batch}.json"
                figures = {}
                for program in (coqui_tts, ours, hand_written):  # the first writes the batches
                    name = f"round {round_number + 1}, batch {batch}, {threads} threads: {program.__name__}"
                    say(name)
                    figures |= quiet(lambda: program(options, batch, threads, batches), options.tries)
                same_work(figures)
                measured += [{"program": name, "batch": batch, "threads": threads} | f for name, f in figures.items()]
    return measured


def files_at(rate_hz):
    """The clips at another rate, made once."""
    import soundfile
    import torch
    import torchaudio

    folder = FOLDER / f"clips-{rate_hz}"
    folder.mkdir(parents=True, exist_ok=True)
    for source in sorted((CLIPS / "wavs").iterdir()):
        target = folder / f"{source.stem}.flac"
        if not target.exists():
            samples, rate = soundfile.read(source, dtype="float32")
            resampled = torchaudio.functional.resample(torch.from_numpy(samples), rate, rate_hz)
            soundfile.write(target, resampled.clamp(-1, 1).numpy(), rate_hz)
    return sorted(folder.iterdir())


def compare_audio(options):
    measured = []
    programs = {"ours": [ROOT / "build/release/bin/media_speed"], "torchaudio": [sys.executable, ROOT / "bench/media_speed.py"]}
    for round_number in range(options.rounds):
        for rate_hz in (44100, 48000):
            for threads in options.threads:
                for name, program in programs.items():
                    say(f"round {round_number + 1}, {rate_hz} Hz, {threads} threads: {name}")
                    command = [*program, threads, options.seconds, *files_at(rate_hz)]
                    figures = quiet(lambda: {name: run(command, threads)}, options.tries)
                    measured.append({"program": name, "rate_hz": rate_hz, "threads": threads} | figures[name])
    return measured


def versions():
    from importlib.metadata import version

    names = ("coqui-tts", "coqui-tts-trainer", "torch", "torchaudio", "torchcodec", "transformers")
    return {"python": platform.python_version()} | {name: version(name) for name in names}


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        return next(line.split(":")[1].strip() for line in file if line.startswith("model name"))


def main():
    options = arguments()
    results = json.loads(options.output.read_text()) if options.output.exists() else {}
    if not options.report:
        FOLDER.mkdir(parents=True, exist_ok=True)
        settings = {"steps": options.steps, "rounds": options.rounds}
        results |= {"versions": versions(), "processor": processor(), "cores": len(os.sched_getaffinity(0))}
        if options.only != "audio":
            results["training"] = settings | {"measured": compare_training(options)}
        if options.only != "training":
            results["audio"] = settings | {"measured": compare_audio(options)}
        options.output.parent.mkdir(parents=True, exist_ok=True)
        options.output.write_text(json.dumps(results, indent=1) + "\n")
    performance_report.write(results, options.output)


if __name__ == "__main__":
    main()
