"""Measures the head renderer: who is found, who is taken for whom, what is read, how heads turn.

    python tools/measure_rendered_heads.py --output=out/heads --persons=40

Persons are fresh: none of them took part in tuning the expressions. Under --output: report.json and
sheets of what was measured. Needs the renderer's assets, see `fetch_renderer_assets.py`.
"""

from tools import driver
from tools.flag_sets import output as output_flags
from tools.flag_sets.numbers import define_integer

import dataclasses
from typing import TYPE_CHECKING, Any

from absl import flags, logging

from stylegan_tf.files.json_files import format_json, write_json
from stylegan_tf.outputs.whole_folder import WholeFolder

if TYPE_CHECKING:
    from encoder.faces.landmarks import Face

FLAGS = flags.FLAGS
flags.adopt_module_key_flags(output_flags)

_OUTPUT = flags.DEFINE_string("output", None, "Folder for the report and sheets.", required=True)
_PERSONS = define_integer("persons", 40, "How many.", 2, 100_000)
_SIZE = define_integer("size", 256, "Side of the pictures in pixels.", 128, 4096)
_SEED = define_integer("seed", 900, "Of the persons.", 0, 2**32 - 1)
_YAWS = (-25.0, -12.5, 0.0, 12.5, 25.0)
_SHEET_ROWS = 8


def main() -> None:
    """Renders, asks the judges, prints and writes the report."""
    output = WholeFolder(_OUTPUT.value, output_flags.make_record(), overwrite=FLAGS.overwrite)
    if output.is_done():
        logging.info("%s is there already; --overwrite measures again", output.path)
        return

    import numpy as np

    from emotion.emotion import Emotion
    from emotion.labelling.crop import crop_aligned_face
    from emotion.labelling.registry import load_labeller
    from encoder.faces.identity import describe_face
    from encoder.faces.landmarks import detect_faces
    from encoder.images import write_image
    from encoder.rendered_faces.head.measures import (
        landmark_yaw,
        line_fit_error,
        measure_identity,
    )
    from encoder.rendered_faces.head.parameters import EMOTIONS, YAW_RANGE, index_of
    from encoder.rendered_faces.head.sampling import sample_persons, with_emotion, with_picture
    from encoder.rendered_faces.head.workers import RendererPool

    count, size = _PERSONS.value, _SIZE.value
    shown = ("calm", *EMOTIONS)
    people = [sample_persons(1, np.random.default_rng((_SEED.value, i)))[0] for i in range(count)]
    scenes = sample_persons(count * len(shown), np.random.default_rng((_SEED.value, count)))
    faces = [with_emotion(person, emotion) for person in people for emotion in shown]
    elsewhere = [with_picture(face, scene) for face, scene in zip(faces, scenes, strict=True)]
    turned = []
    for person in people:
        for yaw in _YAWS:
            face = person.copy()
            face[index_of("yaw")] = yaw / YAW_RANGE
            turned.append(face)
    with RendererPool() as pool:
        studio, varied, poses = (
            list(pool.render(vectors, size)) for vectors in (faces, elsewhere, turned)
        )

    def find(images: list[np.ndarray]) -> list["Face | None"]:
        return [next(iter(detect_faces(image, "hog", size)), None) for image in images]

    def described(
        images: list[np.ndarray], found: list["Face | None"]
    ) -> tuple[np.ndarray, np.ndarray]:
        faces = [(i, face) for i, face in enumerate(found) if face is not None]
        described = [describe_face(images[i], face) for i, face in faces]
        return np.array(described), np.array([i for i, _ in faces])

    report: dict[str, Any] = {"persons": count, "size": size, "seed": _SEED.value}
    for name, images in (("one light", studio), ("a new light each", varied)):
        found = find(images)
        descriptors, kept = described(images, found)
        report[name] = {
            "hog_finds": len(kept) / len(images),
            "cnn_finds_one_in_calm": float(
                np.mean([len(detect_faces(i, "cnn", size)) == 1 for i in images[:: len(shown)]])
            ),
            **dataclasses.asdict(measure_identity(descriptors, kept // len(shown))),
        }
    intended = np.tile([int(Emotion.from_name(name)) for name in shown], count)
    read, _ = load_labeller("fer").predict([crop_aligned_face(image) for image in studio])
    confusion = np.zeros((len(shown), len(shown)), int)
    np.add.at(confusion, (intended, np.array([int(emotion) for emotion in read])), 1)
    report["fer_reads"] = float(np.trace(confusion) / confusion.sum())
    report["fer_confusion"] = {
        shown[row]: dict(zip(shown, confusion[row].tolist(), strict=True))
        for row in range(len(shown))
    }
    found = find(poses)
    seen = [(i, face) for i, face in enumerate(found) if face is not None]
    measured = landmark_yaw(np.array([face.landmarks for _, face in seen]))
    true = np.array(_YAWS * count)[[i for i, _ in seen]]
    correlation, error = line_fit_error(measured, true)
    report["pose"] = {
        "hog_finds": len(seen) / len(poses),
        "yaw_correlation": correlation,
        "yaw_error_degrees": error,
    }
    with output.making() as stage:
        for name, images, columns in (
            ("expressions", studio, len(shown)),
            ("lights", varied, len(shown)),
            ("poses", poses, len(_YAWS)),
        ):
            rows = [
                np.concatenate(images[first : first + columns], axis=1)
                for first in range(0, min(len(images), columns * _SHEET_ROWS), columns)
            ]
            write_image(stage / f"{name}.png", np.concatenate(rows))
        write_json(stage / "report.json", report)
    print(format_json(report))


if __name__ == "__main__":
    driver.run(main)
