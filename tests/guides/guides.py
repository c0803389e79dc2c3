#!/usr/bin/env python3
"""Runs the commands of guides and compares what they print: guides.py PROGRAM FOLDER GUIDE...

A guide shows a command and its output in a block of the kind `console`, under a comment that says how it is run:

    <!-- run: cpu -->
    ```console
    $ ./myxtts --version
    myxtts …
    ```

The first word is the machine: `cpu` (no driver is seen), or `gpus=24576,24576` (a fake driver with GPUs of so many MB).
Then, as needed: `exit=CODE` of the last command (0; any), `add=ARGUMENT,...` that the test appends to the last command (to
keep a training run short), `first=N`: only the first N shown lines are compared, with the first N printed ones,
`clean` (in a folder of its own).
In a shown line `…` stands for any text, on a line of its own for any lines. stderr counts as output, in its place.
The blocks of a guide run one after the other in one folder, where ./myxtts is the program and scripts/ the project's.
"""

import os
import pathlib
import re
import subprocess
import sys

PROJECT = pathlib.Path(__file__).resolve().parents[2]
LIMIT_SECONDS = 600


class Block:
    def __init__(self, guide, line, options, text):
        self.guide, self.line = guide, line
        self.machine, *rest = options.split()
        self.options = dict(part.partition("=")[::2] for part in rest)
        self.steps = []  # (command, shown lines)
        for shown in text:
            if shown.startswith("$ "):
                self.steps.append([shown[2:], []])
            elif self.steps and self.steps[-1][0].endswith("\\"):
                self.steps[-1][0] = self.steps[-1][0][:-1].rstrip() + " " + shown.strip().removeprefix("> ")
            else:
                self.steps[-1][1].append(shown)

    def name(self, command):
        return f"{self.guide}:{self.line}: {command}"


def blocks_of(path, guide):
    """The blocks of a guide. Raises ValueError for a command that no test would run."""
    blocks, options, fence = [], None, None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if fence is not None:
            if line.strip() == "```":
                if fence == "console":
                    if options is None:
                        raise ValueError(f"{guide}:{start}: no `<!-- run: ... -->` above a console block")
                    blocks.append(Block(guide, start, options, text))
                    options = None
                elif any(re.match(r"\s*(\$ )?(\./myxtts|scripts/)", shown) for shown in text):
                    raise ValueError(f"{guide}:{start}: a command outside of a console block is never run")
                fence = None
            else:
                text.append(line)
        elif line.startswith("```"):
            fence, start, text = line[3:].strip(), number, []
        elif found := re.fullmatch(r"<!-- run: (.*) -->", line):
            options = found.group(1)
    return blocks


def matches(shown, printed):
    """Whether printed lines are the shown ones."""
    pattern = ""
    for line in shown:
        if line.strip() == "…":
            pattern += r"(?:.*\n)*?"
        else:
            pattern += ".*".join(re.escape(part) for part in line.rstrip().split("…")) + r"[ \t]*\n"
    return re.fullmatch(pattern, "".join(line + "\n" for line in printed)) is not None


def environment(machine):
    """The environment of a machine; nothing where what it needs is not built."""
    variables = {k: v for k, v in os.environ.items() if not k.startswith(("CUDA", "MYXTTS", "LD_LIBRARY_PATH"))}
    variables["MYXTTS_BUILD"] = "0"
    if machine == "cpu":
        return variables
    fake = PROJECT / "build" / "release" / "fake_driver"
    if not (fake / "libnvidia-ml.so.1").exists():
        return None
    variables["LD_LIBRARY_PATH"] = str(fake)
    variables["MYXTTS_FAKE_GPUS"] = machine.removeprefix("gpus=")
    return variables


def run(command, folder, variables):
    try:
        done = subprocess.run(["bash", "-c", command], cwd=folder, env=variables, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=LIMIT_SECONDS)
    except subprocess.TimeoutExpired as late:
        return 124, (late.stdout or b"").decode(errors="replace").splitlines()
    return done.returncode, done.stdout.decode(errors="replace").splitlines()


def wrong_with(block, step, code, printed):
    """What differs from the guide, or nothing."""
    shown = step[1]
    last = step is block.steps[-1]
    expected = block.options.get("exit", "0") if last else "0"
    if expected not in ("any", str(code)):
        return f"code {code} instead of {expected}"
    if last and "first" in block.options:
        count = int(block.options["first"])
        shown, printed = shown[:count], printed[:count]
    return None if matches(shown, printed) else "the guide shows something else"


def check(block, folder, program):
    variables = environment(block.machine)
    if variables is None:
        print(f"SKIP {block.name(block.steps[-1][0])}: the fake driver is not built")
        return True
    if "clean" in block.options:
        folder = prepare(folder.parent / f"{folder.name}-{block.line}", program)
    for step in block.steps:
        command = step[0]
        if step is block.steps[-1] and "add" in block.options:
            command = " ".join([command] + block.options["add"].split(","))
        code, printed = run(command, folder, variables)
        if wrong := wrong_with(block, step, code, printed):
            print(f"FAIL {block.name(step[0])}: {wrong}", *printed, sep="\n  | ")
            return False
    print(f"PASS {block.name(block.steps[-1][0])}")
    return True


def prepare(folder, program):
    folder.mkdir(parents=True)
    (folder / "myxtts").symlink_to(program)
    (folder / "scripts").symlink_to(PROJECT / "scripts")
    return folder


def main(program, work, *guides):
    good = True
    for path in map(pathlib.Path, guides):
        guide = str(path.resolve().relative_to(PROJECT))
        try:
            blocks = blocks_of(path, guide)
        except ValueError as error:
            print(f"FAIL {error}")
            good = False
            continue
        folder = prepare(pathlib.Path(work) / guide.replace("/", "-"), program)
        for block in blocks:
            good &= check(block, folder, program)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
