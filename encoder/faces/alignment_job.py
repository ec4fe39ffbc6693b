"""From pictures to aligned faces, many at a time."""

import contextlib
import dataclasses
import functools
import pathlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from absl import logging

from encoder.faces.alignment import ALIGNED_SIZE, Padding, align_face
from encoder.faces.landmarks import DETECTION_SIZE, detect_faces
from encoder.images import read_image, write_image
from encoder.picture_sets import Picture
from stylegan_tf.errors import InputError
from stylegan_tf.outputs.output_folder import OutputFolder
from stylegan_tf.outputs.record import describe_file
from stylegan_tf.outputs.url_folder import UrlFolder
from stylegan_tf.runners.local_runner import LocalRunner
from stylegan_tf.runners.runner import Files, Runner, make_files

FACES = ("largest", "all")


class NoFaceError(InputError):
    """A picture in which the detector finds no face."""


def align_picture(
    path: pathlib.Path,
    *,
    faces: str = "largest",
    size: int = ALIGNED_SIZE,
    padding: Padding = "edge",
    detector: str = "cnn",
    detection_size: int = DETECTION_SIZE,
    refine: bool = False,
) -> list[np.ndarray]:
    """The faces of a picture file, the largest first, aligned: uint8 [size, size, 3] each.

    See `find_aligned`.
    """
    found = find_aligned(
        path,
        faces=faces,
        size=size,
        padding=padding,
        detector=detector,
        detection_size=detection_size,
        refine=refine,
    )
    return [one.face for one in found]


@dataclasses.dataclass(frozen=True, eq=False)
class AlignedFace:
    """A face, and where it comes from.

    Attributes:
      picture: uint8 RGB `[H, W, 3]`.
      landmarks: float32 `[68, 2]`, (x, y) in its pixels; the face was aligned with them.
      face: uint8 RGB `[size, size, 3]`.
    """

    picture: np.ndarray
    landmarks: np.ndarray
    face: np.ndarray


def find_aligned(
    path: pathlib.Path,
    *,
    faces: str = "largest",
    size: int = ALIGNED_SIZE,
    padding: Padding = "edge",
    detector: str = "cnn",
    detection_size: int = DETECTION_SIZE,
    refine: bool = False,
) -> list[AlignedFace]:
    """The faces of a picture file, the largest first, aligned, with the places they come from.

    The options are those of `align_face` and `detect_faces`.

    Raises:
      NoFaceError: no face is found.
      InputError: not a picture, or a wrong argument.
    """
    if faces not in FACES:
        raise InputError(f"unknown choice of faces {faces!r}; choose one of {', '.join(FACES)}")
    image = read_image(path)
    found = detect_faces(image, detector, detection_size, refine)
    if not found:
        raise NoFaceError(
            f"{path}: the {detector} detector finds no face at {detection_size} pixels; a larger "
            "--detection_size finds smaller faces"
        )
    chosen = found if faces == "all" else found[:1]
    return [
        AlignedFace(image, face.landmarks, align_face(image, face.landmarks, size, padding))
        for face in chosen
    ]


class AlignmentJob:
    """Aligns the faces of many pictures into one folder; what is there already is kept.

    `NAME.png` is the largest face of the picture NAME. With faces="all" there are `NAME_00.png`,
    `NAME_01.png` and so on, the largest face first.
    """

    def __init__(
        self,
        pictures: Sequence[Picture],
        folder: OutputFolder | UrlFolder,
        *,
        faces: str = "largest",
    ) -> None:
        self._faces = faces
        self._folder = folder
        self._checksums = {p.name: describe_file(p.path).sha256 for p in pictures}
        self.pending = [
            picture
            for picture in pictures
            if not folder.is_done(
                picture.name,
                self._checksums[picture.name],
                [_face_path(pathlib.Path(), picture.name, faces).name],
            )
        ]
        self.failed: list[str] = []  # what went wrong with which picture

    def run(
        self,
        on_picture: Callable[[], object] | None = None,
        runner: Runner = LocalRunner(),  # noqa: B008 - it never changes
        **options: Any,
    ) -> int:
        """Aligns what is pending; returns how many faces were written. The folder is opened.

        A picture that cannot be read or shows no face is logged, noted in `failed` and passed
        over.

        Args:
          on_picture: called after each picture.
          runner: where pictures are aligned.
          **options: of `align_picture`.
        """
        written = 0
        align = functools.partial(_align, faces=self._faces, **options)
        with contextlib.closing(runner.map(align, self.pending)) as results:
            for picture, result in results:
                if isinstance(result, InputError):
                    self.failed.append(str(result))
                    logging.warning("%s", result)
                else:
                    self._folder.place(picture.name, result, self._checksums[picture.name])
                    written += len(result)
                if on_picture is not None:
                    on_picture()
        return written


def _align(picture: Picture, faces: str, **options: Any) -> Files | InputError:
    """The files of a picture's faces, or why there are none."""
    try:
        aligned = align_picture(picture.path, faces=faces, **options)
    except InputError as error:
        return error

    def write(folder: pathlib.Path) -> None:
        for index in reversed(range(len(aligned))):
            write_image(_face_path(folder, picture.name, faces, index), aligned[index])

    _, files = make_files(write)
    return files


def _face_path(output: pathlib.Path, name: str, faces: str, index: int = 0) -> pathlib.Path:
    return output / (f"{name}_{index:02d}.png" if faces == "all" else f"{name}.png")
