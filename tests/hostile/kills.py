"""Kills long drivers at random moments and has them go on: their files must equal undisturbed ones.

    python tests/hostile/kills.py --kills=20 --driver=embed_images

prints, for each driver, how many reruns ended with other files.
"""

import argparse
import hashlib
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import numpy as np

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

_SMALL = ("--network={good}/small.pkl",)
# Driver → the flags of a run of some seconds.
RUNS = {
    "embed_images": (
        *_SMALL,
        "--input={good}/faces",
        "--vgg_weights=random",
        "--iterations=3",
        "--working_resolution=64",
        "--output={out}/latents",
    ),
    "label_emotions": (
        "--input={good}/face.mp4",
        "--detector=hog",
        "--num_workers=1",
        "--labeller=fer",
        "--output={out}/a.csv",
    ),
    "extract_faces": (
        "--input={good}/face.mp4",
        "--detector=hog",
        "--num_workers=1",
        "--size=64",
        "--output={out}/faces",
    ),
    "align_faces": (
        "--input={good}/faces",
        "--detector=hog",
        "--num_workers=1",
        "--size=64",
        "--output={out}/aligned",
    ),
    "synthesize_video": (
        *_SMALL,
        "--directions={good}/directions",
        "--emotions=fear,calm",
        "--frames_between=4",
        "--output={out}/a.mp4",
    ),
    "convert_network": ("--input={good}/small.pkl", "--output={out}/network"),
    "train_emotion_lstm": (
        "--input=markov-chain",
        "--clips=200",
        "--epochs=2",
        "--output={out}/lstm.keras",
    ),
    "train_emotion_labeller": (
        "--input={good}/labelled",
        "--epochs=2",
        "--output={out}/labeller.keras",
    ),
    "generate_images": (*_SMALL, "--seeds=0-5", "--output={out}/pictures"),
}


def make_good(folder: pathlib.Path) -> pathlib.Path:
    """What these runs read: a small network, directions for it, faces and a clip of one."""
    import imageio_ffmpeg
    from PIL import Image

    from emotion.emotion import Emotion
    from encoder.rendered_faces.dataset import labelled_vectors
    from encoder.rendered_faces.renderer import render_face
    from stylegan_tf import Discriminator, Generator, save_networks
    from tests.hostile import good_files

    good_files.make(folder)
    size = {"resolution": 64, "num_channels": 3, "fmap_base": 128, "fmap_max": 16}
    generator = Generator.create(seed=1, mapping_layers=2, **size)
    save_networks(
        folder / "small.pkl", (generator, Discriminator.create(seed=2, **size), generator)
    )
    for name in ("faces", "directions"):
        (folder / name).mkdir()
    for emotion in Emotion:
        direction = np.random.RandomState(0).randn(generator.num_layers, 512) * 0.02
        np.save(folder / "directions" / f"{emotion.label}.npy", direction.astype(np.float32))
    pictures = [render_face(vector, 256) for _, vector in labelled_vectors(1)[:4]]
    for number, picture in enumerate(pictures):
        Image.fromarray(picture).save(folder / "faces" / f"{number}.png")
    writer = imageio_ffmpeg.write_frames(str(folder / "face.mp4"), (256, 256), fps=10)
    writer.send(None)
    for picture in pictures * 2:
        writer.send(picture)
    writer.close()
    return folder


def start(
    driver: str, out: pathlib.Path, good: pathlib.Path, log: pathlib.Path
) -> subprocess.Popen:
    """A driver in a group of processes of its own."""
    arguments = [text.format(good=good, out=out) for text in RUNS[driver]]
    with open(log, "ab") as said:
        return subprocess.Popen(
            [sys.executable, f"tools/{driver}.py", *arguments],
            cwd=ROOT,
            stdout=said,
            stderr=said,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            start_new_session=True,
        )


def contents(folder: pathlib.Path) -> dict[str, str]:
    """Checksum of every file, also hidden ones."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def try_driver(driver: str, kills: int, good: pathlib.Path, root: pathlib.Path) -> list[str]:
    """What went wrong in each of some kills."""
    log = root / f"{driver}.log"
    began = time.monotonic()
    if start(driver, root / driver / "whole", good, log).wait():
        return [f"the undisturbed run failed: {log.read_text()[-300:]}"]
    seconds = time.monotonic() - began
    whole = contents(root / driver / "whole")
    wrong = []
    drawn = random.Random(driver)
    for number in range(kills):
        out = root / driver / str(number)
        moment = drawn.uniform(0.1, 1.0) * seconds
        process = start(driver, out, good, log)
        try:
            process.wait(moment)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        code = start(driver, out, good, log).wait()
        found = contents(out) if out.is_dir() else {}
        if code:
            wrong.append(f"killed after {moment:.1f} s: {log.read_text()[-300:]}")
        elif found != whole:
            other = {name for name in found | whole if found.get(name) != whole.get(name)}
            wrong.append(f"killed after {moment:.1f} s of {seconds:.1f}: {sorted(other)} differ")
        shutil.rmtree(out, ignore_errors=True)
    return wrong


def main() -> int:
    """Kills and prints; returns 1 where files differed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--driver", action="append", choices=list(RUNS))
    arguments = parser.parse_args()
    total = 0
    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        root = pathlib.Path(folder)
        good = make_good(root / "good")
        for driver in arguments.driver or RUNS:
            wrong = try_driver(driver, arguments.kills, good, root)
            total += len(wrong)
            print(f"{driver}: {arguments.kills} kills, {len(wrong)} went wrong", flush=True)
            for problem in wrong:
                print(f"  {problem}", flush=True)
    return int(total > 0)


if __name__ == "__main__":
    sys.exit(main())
