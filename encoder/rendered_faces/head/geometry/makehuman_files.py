"""Readers of MakeHuman's files: the base mesh, targets, and proxies (meshes that follow it)."""

import dataclasses
import gzip
import pathlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from stylegan_tf.errors import InputError
from stylegan_tf.files.json_files import parse_json

_MAX_BYTES = 64 << 20  # of one file, unpacked


@dataclasses.dataclass(frozen=True)
class QuadMesh:
    """A mesh of quads; a triangle repeats its last corner."""

    positions: np.ndarray  # [V, 3]
    uvs: np.ndarray  # [F, 4, 2], of each corner of each face
    faces: np.ndarray  # [F, 4], indices of vertices
    groups: np.ndarray  # [F], the name of each face's group


@dataclasses.dataclass(frozen=True)
class Proxy:
    """A mesh each vertex of which is a weighted mean of three base vertices, plus an offset."""

    references: np.ndarray  # [P, 3], base vertices
    weights: np.ndarray  # [P, 3]
    offsets: np.ndarray  # [P, 3]
    # For each axis two base vertices and their distance on the base: offsets scale with it.
    scales: tuple[tuple[int, int, float], ...]
    uvs: np.ndarray  # [F, 4, 2]
    faces: np.ndarray  # [F, 4]


def read_base_mesh(path: pathlib.Path) -> QuadMesh:
    """Reads a Wavefront file of quads with texture coordinates.

    Raises:
      InputError: it is not one.
    """
    positions, uvs, faces, face_uvs, groups = [], [], [], [], []
    group = ""
    try:
        for line in _read_text(path).splitlines():
            words = line.split()
            if not words:
                continue
            if words[0] == "v":
                positions.append([float(x) for x in words[1:4]])
            elif words[0] == "vt":
                uvs.append([float(x) for x in words[1:3]])
            elif words[0] == "g":
                group = words[1]
            elif words[0] == "f":
                corners = [word.split("/") for word in words[1:]]
                corners += corners[-1:] * (4 - len(corners))
                faces.append([int(corner[0]) - 1 for corner in corners])
                face_uvs.append([int(corner[1]) - 1 for corner in corners])
                groups.append(group)
        return QuadMesh(
            np.array(positions), np.array(uvs)[np.array(face_uvs)], np.array(faces),
            np.array(groups),
        )  # fmt: skip
    except (ValueError, IndexError) as error:
        raise InputError(f"{path} is not a mesh of quads: {error}") from error


def read_target(path: pathlib.Path, vertices: int) -> np.ndarray:
    """Reads how a target moves each of the base mesh's vertices, float32 [vertices, 3].

    Raises:
      InputError: it is not a target, or of another mesh.
    """
    moves = np.zeros((vertices, 3), np.float32)
    try:
        for line in _read_text(path).splitlines():
            words = line.split()
            if len(words) == 4 and line[0] not in '#"':
                moves[int(words[0])] = [float(x) for x in words[1:]]
    except (ValueError, IndexError) as error:
        raise InputError(f"{path} is not a target of the base mesh: {error}") from error
    return moves


def read_proxy(path: pathlib.Path) -> Proxy:
    """Reads a proxy in the JSON form of the npm package (three.js' model format 3).

    Raises:
      InputError: it is not one.
    """
    try:
        data: Any = parse_json(_read_text(path), path)
        references = np.array(data["ref_vIdxs"])
        if references.ndim == 1:  # a vertex tied to one base vertex
            references = references[:, None].repeat(3, axis=1)
        faces, corners = _unpack_faces(data["faces"])
        uvs = np.array(data["uvs"][0], np.float32).reshape(-1, 2)
        return Proxy(
            references,
            np.array(data["weights"], np.float32),
            np.array(data["offsets"], np.float32),
            _scales(data["metadata"]),
            uvs[corners],
            faces,
        )
    except (KeyError, ValueError, IndexError, TypeError, AttributeError) as error:
        raise InputError(f"{path} is not a proxy: {error}") from error


def _scales(metadata: dict) -> tuple[tuple[int, int, float], ...]:
    scales = []
    for key in ("x_scale", "y_scale", "z_scale"):
        value = metadata.get(key)
        if not value and isinstance(metadata.get("scale"), dict):
            value = metadata["scale"].get(key)
        scales.append((int(value[0]), int(value[1]), float(value[2])) if value else (0, 0, 0.0))
    return tuple(scales)


def _unpack_faces(codes: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Faces and their texture corners, [F, 4] each, from three.js' stream of integers.

    Each face starts with a word of bits: 1 a quad, 2 a material, 4 and 8 texture coordinates of
    the face and of its corners, 16 and 32 normals, 64 and 128 colours likewise.
    """
    faces, corners, at = [], [], 0
    while at < len(codes):
        kind, at = codes[at], at + 1
        count = 4 if kind & 1 else 3
        vertices, at = list(codes[at : at + count]), at + count
        at += bool(kind & 2) + bool(kind & 4)
        textures = [0] * count
        if kind & 8:
            textures, at = list(codes[at : at + count]), at + count
        at += bool(kind & 16) + count * bool(kind & 32)
        at += bool(kind & 64) + count * bool(kind & 128)
        faces.append(vertices + vertices[-1:] * (4 - count))
        corners.append(textures + textures[-1:] * (4 - count))
    return np.array(faces), np.array(corners)


def _read_text(path: pathlib.Path) -> str:
    try:
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rb") as file:
            data = file.read(_MAX_BYTES + 1)
        if len(data) > _MAX_BYTES:
            raise InputError(f"{path} is larger than {_MAX_BYTES} bytes")
        return data.decode("utf-8", "replace")
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error}") from error
