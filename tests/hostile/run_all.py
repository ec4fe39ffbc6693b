"""All hostile cases over all drivers, and a table of how many went wrong.

    python tests/hostile/run_all.py --workers=2 --only=outputs

A case goes wrong where the driver prints a traceback or more than one line, ends with 0, passes its
limit, leaves something behind, or touches a file that is the user's.
"""

import argparse
import collections
import concurrent.futures
import hashlib
import json
import os
import pathlib
import queue
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.hostile import drivers, good_files  # noqa: E402 - needs the path

# Progress, and in glog's form what went well before: neither is counted.
_NEWS = re.compile(r"^[IW]\d{4} |\d+%\||\d+\w+ \[\d\d:")
LIMIT = 120  # seconds of one case
_LIMIT_OF_WORK = 20  # of one that may begin its work: whose files stay is seen by then
_GROUPS = ("outputs", "records", "inputs", "numbers", "files")


class Runner:
    """A server of forks (see forks.py)."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(ROOT / "tests" / "hostile" / "forks.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        )

    def run(self, driver: str, arguments: list[str], folder: pathlib.Path, limit: int) -> tuple:
        """The exit code (None: it took longer than `limit` seconds) and what was said."""
        said = folder.with_name(folder.name + ".said")
        argv = [str(ROOT / "tools" / f"{driver}.py"), *arguments]
        case = {"argv": argv, "cwd": str(folder / "here"), "limit": limit, "said": str(said)}
        self._process.stdin.write(json.dumps(case) + "\n")
        self._process.stdin.flush()
        code = json.loads(self._process.stdout.readline())
        text = said.read_bytes().decode(errors="replace") if said.exists() else ""
        said.unlink(missing_ok=True)
        return code, text

    def close(self) -> None:
        """Ends the server."""
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


def prepare(folder: pathlib.Path) -> None:
    """What is the user's in a case's folder."""
    (folder / "users.txt").write_text("mine")
    (folder / "here").mkdir()
    (folder / "here" / "users.png").write_text("mine")
    (folder / "loop").symlink_to(folder / "loop")
    os.mkfifo(folder / "a pipe")


def snapshot(folder: pathlib.Path) -> dict[str, str]:
    """Every path below a folder, with what it holds."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = os.readlink(path)
        elif path.is_file():
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
        else:
            found[name] = "folder" if path.is_dir() else "other"
    return found


def output_case(flag: str, name: str, kind: str, folder: pathlib.Path) -> str:
    """Makes what is in the way; returns the path to give."""
    if kind == "users_file":
        (folder / "taken").mkdir()
        path = folder / "taken" / name
        if "." in name:
            path.write_text("mine")
        else:
            path.mkdir()
            (path / "photo.png").write_text("mine")
    elif kind == "users_folder":
        (folder / "folder" / name).mkdir(parents=True)
        (folder / "folder" / name / "notes.txt").write_text("mine")
    elif kind == "a_pipe":
        (folder / "pipe").mkdir()
        os.mkfifo(folder / "pipe" / name)
    return drivers.OUTPUTS[kind].format(out=folder, name=name)


def record_case(driver: str, name: str, kind: str, folder: pathlib.Path) -> str:
    """An output with a hostile record; returns its path."""
    path = folder / "made" / name
    path.parent.mkdir()
    content = drivers.RECORDS[kind]
    content = content.replace(b"SHA256", hashlib.sha256(b"mine").hexdigest().encode())
    content = content.replace(b"PROGRAM", f"{driver}.py".encode())
    if "." not in name:
        path.mkdir()
        for record in ("record.json", "reconstruction.json", "embedding.json", "study.json"):
            (path / record).write_bytes(content)
        for record in ("model.json", "faces.csv"):
            (path / record).write_bytes(content)
    else:
        path.write_text("mine")
        path.with_name(name + ".record").write_bytes(content)
        path.with_suffix(".json").write_bytes(content)
    return str(path)


def input_case(flag: str, kind: str, folder: pathlib.Path) -> str:
    """Makes a hostile input; returns its path."""
    suffix = drivers.SUFFIXES.get(flag, "")
    text = drivers.INPUTS[kind].format(out=folder, suffix=suffix)
    path = pathlib.Path(text)
    if kind == "empty":
        path.write_bytes(b"")
    elif kind == "text":
        path.write_text("hello\n")
    elif kind == "binary":
        path.write_bytes(bytes(range(256)) * 64)
    elif kind == "zero":
        path.symlink_to("/dev/zero")
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "loop" and suffix:
        path.symlink_to(path)
    elif kind == "folder":
        path.mkdir()
    return text


def all_cases(only: str | None = None) -> Iterator[tuple[str, str, str, str]]:
    """Group, driver, flag, kind of every case that is a run of a driver."""
    for name, driver in drivers.DRIVERS.items():
        for flag in driver.outputs:
            for group, table in (("outputs", drivers.OUTPUTS), ("records", drivers.RECORDS)):
                if only in (None, group):
                    kinds = [k for k in table if not _is_allowed(driver, group, k)]
                    yield from ((group, name, flag, kind) for kind in kinds)
        if only in (None, "inputs"):
            for flag in driver.inputs:
                yield from (("inputs", name, flag, kind) for kind in drivers.INPUTS)


def quick_cases() -> Iterator[tuple[str, str, str, str]]:
    """Those that are refused before TensorFlow is loaded."""
    for case in all_cases():
        group, name, flag, kind = case
        is_folder = group != "inputs" and "." not in drivers.DRIVERS[name].outputs[flag]
        is_model = flag in ("network", "model", "sequence_model", "encoder", "vgg_weights")
        if is_model and kind in ("empty", "text", "binary", "folder", "newline"):
            continue
        if not (is_folder and kind in drivers.FOLDERS):
            yield case


def _is_allowed(driver: drivers.Driver, group: str, kind: str) -> bool:
    several = driver.several or "study" in driver.outputs
    return several and (group == "records" or kind in drivers.FOLDERS)


def run_case(
    runner: Runner, case: tuple[str, str, str, str], root: pathlib.Path, good: pathlib.Path
) -> str:
    """What went wrong, or nothing."""
    group, name, flag, kind = case
    driver = drivers.DRIVERS[name]
    folder = pathlib.Path(tempfile.mkdtemp(dir=root))
    try:
        prepare(folder)
        values = list(driver.flags)
        more: tuple[str, ...] = ()
        if group == "inputs":
            more = driver.inputs[flag]
            hostile = input_case(flag, kind, folder)
        elif group == "outputs":
            hostile = output_case(flag, driver.outputs[flag], kind, folder)
        else:
            hostile = record_case(name, driver.outputs[flag], kind, folder)
            more = ("--overwrite",) if name != "preference_study" else ()
        replaced = {flag, *(text[2:].partition("=")[0] for text in more)}
        for output, made in driver.outputs.items():
            values.append(f"--{output}={{out}}/result/{made}")
        values = [text for text in values if text[2:].partition("=")[0] not in replaced]
        values += [text for text in more if "=" in text or text == "--overwrite"]
        arguments = [text.format(out=folder, good=good) for text in values]
        arguments.append(f"--{flag}={hostile}")
        before = snapshot(folder)
        is_allowed = (
            group == "outputs" and kind in drivers.FOLDERS and "." not in driver.outputs[flag]
        )
        arguments = [driver.command, *arguments] if driver.command else arguments
        code, said = runner.run(name, arguments, folder, _LIMIT_OF_WORK if is_allowed else LIMIT)
        after = snapshot(folder)
        lines = [x for x in said.splitlines() if x.strip() and not _NEWS.search(x)]
        if "Traceback" in said:
            return f"traceback: {lines[-1][:200]}"
        if is_allowed:
            kept = all(after.get(key) == value for key, value in before.items())
            return "" if kept else "a file of the user's is gone"
        if code is None:
            return "it hung"
        if before != after:
            changed = {key for key in before | after if before.get(key) != after.get(key)}
            return f"code {code}; these changed: {sorted(changed)[:3]}"
        if code == 0:
            return f"code 0: {lines[-1][:150] if lines else ''}"
        if code not in (1, 2) or len(lines) != 1:
            return f"code {code}, {len(lines)} lines: {' | '.join(lines)[:300]}"
        return ""
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def readers_and_numbers(
    root: pathlib.Path, counts: collections.Counter, wrong: collections.Counter
) -> None:
    """The cases that need no run of a driver: files read, and numbers given to flags."""
    from tests.hostile import readers

    for kind, name in readers.all_cases():
        folder = pathlib.Path(tempfile.mkdtemp(dir=root))
        counts["files", kind] += 1
        problem = readers.went_wrong(kind, name, folder)
        if problem:
            wrong["files", kind] += 1
            print("files", kind, name, problem, sep=" · ", flush=True)
    numbers = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "hostile" / "number_flags.py")],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    for result in map(json.loads, numbers.stdout.splitlines()):
        counts["numbers", result["driver"]] += result["cases"]
        wrong["numbers", result["driver"]] += len(result["wrong"])
        for problem in result["wrong"]:
            print("numbers", result["driver"], problem, sep=" · ", flush=True)


def main() -> int:
    """Runs the cases and prints the table; returns 1 where one went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", choices=["outputs", "records", "inputs"])
    parser.add_argument("--driver", action="append", help="only this one; may be repeated")
    parser.add_argument("--every", type=int, default=1, help="only each n-th case")
    arguments = parser.parse_args()
    cases = [
        case
        for case in all_cases(arguments.only)
        if case[1] in (arguments.driver or drivers.DRIVERS)
    ]
    cases = cases[:: arguments.every]
    counts: collections.Counter = collections.Counter()
    wrong: collections.Counter = collections.Counter()
    with tempfile.TemporaryDirectory(prefix="hostile-") as root:
        good = good_files.make(pathlib.Path(root) / "good")
        before = snapshot(good)
        runners: queue.Queue = queue.Queue()
        for _ in range(arguments.workers):
            runners.put(Runner())

        def run(case: tuple[str, str, str, str]) -> tuple:
            runner = runners.get()
            try:
                return case, run_case(runner, case, pathlib.Path(root), good)
            finally:
                runners.put(runner)

        with concurrent.futures.ThreadPoolExecutor(arguments.workers) as pool:
            started = [pool.submit(run, case) for case in cases]
            for ended in concurrent.futures.as_completed(started):
                case, problem = ended.result()
                counts[case[0], case[1]] += 1
                if counts.total() % 50 == 0:
                    print(f"{counts.total()} of {len(cases)}", file=sys.stderr, flush=True)
                if problem:
                    wrong[case[0], case[1]] += 1
                    print(*case, problem, sep=" · ", flush=True)
        while not runners.empty():
            runners.get().close()
        if arguments.only is None and arguments.driver is None:
            readers_and_numbers(pathlib.Path(root), counts, wrong)
        if snapshot(good) != before:
            print("inputs were changed")
            wrong["inputs", "the user's own"] += 1
    print(f"{'cases / went wrong':24}" + "".join(f"{group:>18}" for group in _GROUPS))
    for name in sorted({name for _, name in counts}):
        cells = [f"{counts[group, name]:>10} / {wrong[group, name]:<5}" for group in _GROUPS]
        print(f"{name:24}" + "".join(cells))
    print(f"{counts.total()} cases, {wrong.total()} went wrong")
    return int(wrong.total() > 0)


if __name__ == "__main__":
    sys.exit(main())
