"""The head of any person with any expression, as vertices of MakeHuman's base mesh."""

import hashlib
import pathlib

import numpy as np
import scipy.sparse as sp

from encoder.rendered_faces.head.assets import RendererAssets
from encoder.rendered_faces.head.expressions import unit_names
from encoder.rendered_faces.head.geometry.makehuman_files import (
    QuadMesh,
    read_base_mesh,
    read_proxy,
    read_target,
)
from encoder.rendered_faces.head.geometry.subdivision import subdivide
from encoder.rendered_faces.head.geometry.surface import Surface
from encoder.rendered_faces.head.parameters import Person
from encoder.rendered_faces.head.shape_targets import (
    AGES,
    FEATURE_PAIRS,
    HEAD_PAIRS,
    RACES,
    SEXES,
    WEIGHTS,
)
from stylegan_tf.files.arrays import map_array
from stylegan_tf.files.whole_files import write_atomically

_BODY_BELOW = 5.2  # the body is cut off this many eye distances below the eyes
_COARSE_BELOW = 4.2  # the coarse one that casts shadows


class HeadMesh:
    """Surfaces that share one base mesh, and the base mesh's vertices for any person.

    Lengths are decimetres; x to the viewer's right (the person's left), y up, z to the viewer.

    Attributes:
      skin: head, neck and shoulders, subdivided once.
      coarse: the same, not subdivided.
      parts: eyes, teeth, tongue and two kinds of lashes by name.
      rest: [N, 3], where each skin vertex lies on the mean calm head: from the middle between the
        eyes, x and z in eye distances, y in distances from there down to the upper teeth.
      left_eye, right_eye, upper_teeth: base vertices; left and right are the person's.
    """

    def __init__(self, assets: RendererAssets) -> None:
        """Reads the meshes and targets (slow the first time, then from a cache beside them)."""
        base = read_base_mesh(assets.base_mesh)
        self._base = base.positions.astype(np.float32)
        count = len(self._base)
        self.left_eye = _group_vertices(base, "helper-l-eye")
        self.right_eye = _group_vertices(base, "helper-r-eye")
        self.upper_teeth = _group_vertices(base, "helper-upper-teeth")
        self._rows, files = _target_rows(assets)
        targets = _read_targets(files, count, assets.folder)

        mean = [targets[self._rows["caucasian", sex, "young"]] for sex in SEXES]
        resting = self._base + np.mean(mean, axis=0)
        eye, unit, drop = self.measures(resting)
        self.skin, self.coarse, used = _body_surfaces(base, resting, eye, unit)
        points, _ = self.skin.place(resting)
        self.rest = ((points - eye) / [unit, drop, unit]).astype(np.float32)
        self.parts = {
            name: Surface.from_proxy(read_proxy(assets.proxy(kind, file)), count)
            for name, (kind, file) in PARTS.items()
        }
        needed = [used, self.left_eye, self.right_eye, self.upper_teeth]
        needed += [part.needed_vertices() for part in self.parts.values()]
        self._needed = np.unique(np.concatenate(needed))
        self._targets = np.ascontiguousarray(targets[:, self._needed]).reshape(len(files), -1)

    def vertices(self, person: Person, units: dict[str, float]) -> np.ndarray:
        """The base mesh's vertices, float32 [V, 3]; those that no surface needs stay at rest."""
        vertices = self._base.copy()
        weights = self._weights(person, units)
        vertices[self._needed] += (weights @ self._targets).reshape(-1, 3)
        return vertices

    def measures(self, vertices: np.ndarray) -> tuple[np.ndarray, float, float]:
        """The middle between the eyes [3], their distance, and how far below the teeth are."""
        left, right = vertices[self.left_eye].mean(axis=0), vertices[self.right_eye].mean(axis=0)
        middle = (left + right) / 2
        drop = middle[1] - vertices[self.upper_teeth].mean(axis=0)[1]
        return middle, float(abs(left[0] - right[0])), float(drop)

    def _weights(self, person: Person, units: dict[str, float]) -> np.ndarray:
        weights = np.zeros(len(self._targets), np.float32)
        old = 0.85 * person.age
        by_age = dict(zip(AGES, (1 - old, old), strict=True))
        by_sex = dict(zip(SEXES, (1 - person.sex, person.sex), strict=True))
        heavy = person.weight * 0.8
        by_weight = dict(zip(WEIGHTS, (1 - abs(heavy), max(heavy, 0), max(-heavy, 0)), strict=True))
        for sex, sex_weight in by_sex.items():
            for age, age_weight in by_age.items():
                for race, race_weight in zip(RACES, person.race, strict=True):
                    weights[self._rows[race, sex, age]] = race_weight * sex_weight * age_weight
                for build, build_weight in by_weight.items():
                    weights[self._rows[sex, age, build]] = sex_weight * age_weight * build_weight
        for pair, value in zip(HEAD_PAIRS + FEATURE_PAIRS, person.pairs, strict=True):
            weights[self._rows[pair.name, "plus" if value > 0 else "minus"]] = abs(value)
        for unit, value in units.items():
            weights[self._rows[unit,]] = value
        return weights


# name: (kind, file) of MakeHuman's proxies
PARTS = {
    "eyes": ("eyes", "HighPolyEyes"),
    "teeth": ("teeth", "Teeth_Base"),
    "tongue": ("tongue", "tongue01"),
    "male_lashes": ("eyelashes", "Eyelashes01"),
    "female_lashes": ("eyelashes", "eyelashes02"),
}


def _group_vertices(mesh: QuadMesh, group: str) -> np.ndarray:
    return np.unique(mesh.faces[mesh.groups == group])


def _target_rows(
    assets: RendererAssets,
) -> tuple[dict[tuple[str, ...], int], list[tuple[pathlib.Path, ...]]]:
    """The row of each target in the matrix, and the files that are summed into each row."""
    entries: dict[tuple[str, ...], tuple[pathlib.Path, ...]] = {}
    for sex in SEXES:
        for age in AGES:
            for race in RACES:
                name = f"macrodetails/{race}-{sex}-{age}"
                entries[race, sex, age] = (assets.target(name),)
            for build in WEIGHTS:
                name = f"macrodetails/universal-{sex}-{age}-averagemuscle-{build}"
                entries[sex, age, build] = (assets.target(name),)
    for pair in HEAD_PAIRS + FEATURE_PAIRS:
        entries[pair.name, "minus"] = tuple(assets.target(name) for name in pair.minus)
        entries[pair.name, "plus"] = tuple(assets.target(name) for name in pair.plus)
    for unit in unit_names():
        entries[unit,] = (assets.face_unit(unit),)
    return {key: row for row, key in enumerate(entries)}, list(entries.values())


def _read_targets(
    files: list[tuple[pathlib.Path, ...]], vertices: int, folder: pathlib.Path
) -> np.ndarray:
    """All targets [rows, V, 3]; kept in a file, as parsing them takes seconds."""
    names = "\n".join(str(path.relative_to(folder)) for row in files for path in row)
    cache = folder / f"targets-{hashlib.sha256(names.encode()).hexdigest()[:16]}.npy"
    if not cache.exists():
        moves = [sum(read_target(path, vertices) for path in row) for row in files]
        with write_atomically(cache) as temporary, open(temporary, "wb") as file:
            np.save(file, np.stack(moves))
    return map_array(cache)


def _body_surfaces(
    base: QuadMesh, resting: np.ndarray, eye: np.ndarray, unit: float
) -> tuple[Surface, Surface, np.ndarray]:
    """Head to shoulders, fine and coarse, and the base vertices that they use."""
    lowest = resting[base.faces][:, :, 1].min(axis=1)
    kept = (base.groups == "body") & (lowest > eye[1] - unit * _BODY_BELOW)
    faces, uvs = base.faces[kept], base.uvs[kept]
    used, compact = np.unique(faces, return_inverse=True)
    compact = compact.reshape(faces.shape)
    choose = sp.csr_matrix(
        (np.ones(len(used)), (np.arange(len(used)), used)), shape=(len(used), len(resting))
    )
    matrix, fine_faces, fine_uvs = subdivide(len(used), compact, uvs)
    coarse = lowest[kept] > eye[1] - unit * _COARSE_BELOW
    return (
        Surface(matrix @ choose, fine_faces, fine_uvs),
        Surface(choose, compact[coarse], uvs[coarse]),
        used,
    )
