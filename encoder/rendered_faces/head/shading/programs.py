"""The GPU programs: GLSL files put together, and values handed to them by name."""

import pathlib
from typing import Any

import moderngl
import numpy as np

_FOLDER = pathlib.Path(__file__).parent / "shaders"
_VERSION = "#version 430\n"
# name: (vertex shader's files, fragment shader's files)
_SOURCES = {
    "skin": (("projection.glsl", "surface.vert"), ("light.glsl", "skin.frag")),
    "cloth": (("projection.glsl", "surface.vert"), ("light.glsl", "cloth.frag")),
    "eye": (("projection.glsl", "surface.vert"), ("light.glsl", "eye.frag")),
    "mouth": (("projection.glsl", "surface.vert"), ("light.glsl", "mouth.frag")),
    "lashes": (("projection.glsl", "surface.vert"), ("lashes.frag",)),
    "label": (("projection.glsl", "surface.vert"), ("label.frag",)),
    "strands": (
        ("projection.glsl", "strands.vert"),
        ("light.glsl", "strand_alpha.glsl", "strands.frag"),
    ),
    "strand_label": (
        ("projection.glsl", "strands.vert"),
        ("strand_alpha.glsl", "strand_label.frag"),
    ),
    "depth": (("depth.vert",), ("depth.frag",)),
    "background": (("background.vert",), ("background.frag",)),
}


def compile_programs(context: moderngl.Context) -> dict[str, moderngl.Program]:
    """All programs by name; `vertex_light` captures its output, the others draw."""
    programs = {
        name: context.program(vertex_shader=_read(vertex), fragment_shader=_read(fragment))
        for name, (vertex, fragment) in _SOURCES.items()
    }
    programs["vertex_light"] = context.program(
        vertex_shader=_read(("dome.glsl", "vertex_light.vert")), varyings=("light",)
    )
    return programs


def _read(names: tuple[str, ...]) -> str:
    return _VERSION + "".join((_FOLDER / name).read_text() for name in names)


def set_uniforms(program: moderngl.Program, **values: Any) -> None:
    """Sets those of the values that the program has: numbers, vectors, arrays of vectors.

    A matrix `turn` is given as rows and written as columns, as GLSL wants it.
    """
    for name, value in values.items():
        uniform = program.get(name, None)
        if not isinstance(uniform, moderngl.Uniform):
            continue
        array = np.asarray(value, np.float32)
        if name == "turn":
            array = array.T
        uniform.write(np.ascontiguousarray(array).tobytes())


def set_textures(program: moderngl.Program, units: dict[str, int]) -> None:
    """Says which texture units the program's samplers read."""
    for name, unit in units.items():
        sampler = program.get(name, None)
        if isinstance(sampler, moderngl.Uniform):
            sampler.value = unit
