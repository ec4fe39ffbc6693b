import gzip
import json

import numpy as np
import pytest

from encoder.rendered_faces.head.geometry.makehuman_files import (
    read_base_mesh,
    read_proxy,
    read_target,
)
from stylegan_tf.errors import InputError

OBJ = """# made
v 0 0 0
v 1 0 0
v 1 1 0
v 0 1 0.5
vt 0 0
vt 1 0
vt 1 1
g body
f 1/1 2/2 3/3 4/1
g helper-l-eye
f 1/1 2/2 3/3
"""


def proxy_data(**changes) -> dict:
    data = {
        "ref_vIdxs": [[0, 1, 2], [3, 3, 3], [1, 2, 3], [0, 0, 0]],
        "weights": [[0.5, 0.25, 0.25], [1, 0, 0], [0, 0, 1], [1, 0, 0]],
        "offsets": [[0, 0, 0]] * 4,
        "uvs": [[0, 0, 1, 0, 1, 1]],
        # A quad with a material and corner textures, and a triangle with normals and colours.
        "faces": [1 | 2 | 8, 0, 1, 2, 3, 7, 0, 1, 2, 2, 16 | 32 | 64, 0, 1, 2, 9, 9, 9, 9, 9],
        "metadata": {"scale": {"x_scale": [0, 1, 2.0]}},
    }
    return {**data, **changes}


def test_a_mesh_has_quads_groups_and_texture_coordinates(tmp_path):
    path = tmp_path / "base.obj"
    path.write_text(OBJ)

    mesh = read_base_mesh(path)

    np.testing.assert_array_equal(mesh.positions[3], [0, 1, 0.5])
    np.testing.assert_array_equal(mesh.faces, [[0, 1, 2, 3], [0, 1, 2, 2]])
    np.testing.assert_array_equal(mesh.uvs[0, 2], [1, 1])
    assert mesh.groups.tolist() == ["body", "helper-l-eye"]


def test_another_file_is_not_a_mesh(tmp_path):
    path = tmp_path / "base.obj"
    path.write_text("f a/b\n")

    with pytest.raises(InputError, match=r"base\.obj is not a mesh of quads"):
        read_base_mesh(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"gone\.obj cannot be read"):
        read_base_mesh(tmp_path / "gone.obj")


@pytest.mark.parametrize("zipped", [True, False])
def test_a_target_moves_some_vertices(tmp_path, zipped):
    text = '# a comment\n"\n1 0.5 0 -0.25\n'
    path = tmp_path / ("a.target.gz" if zipped else "a.target")
    path.write_bytes(gzip.compress(text.encode()) if zipped else text.encode())

    moves = read_target(path, 3)

    np.testing.assert_array_equal(moves, [[0, 0, 0], [0.5, 0, -0.25], [0, 0, 0]])


def test_a_target_of_a_larger_mesh_is_refused(tmp_path):
    path = tmp_path / "a.target"
    path.write_text("9 0 0 1\n")

    with pytest.raises(InputError, match=r"a\.target is not a target of the base mesh"):
        read_target(path, 3)


def test_a_proxy_refers_to_the_base_mesh(tmp_path):
    path = tmp_path / "p.json"
    path.write_text(json.dumps(proxy_data()))

    proxy = read_proxy(path)

    np.testing.assert_array_equal(proxy.faces, [[0, 1, 2, 3], [0, 1, 2, 2]])
    np.testing.assert_array_equal(proxy.uvs[0, 1:3], [[1, 0], [1, 1]])
    assert proxy.scales == ((0, 1, 2.0), (0, 0, 0.0), (0, 0, 0.0))


def test_a_proxy_may_name_one_vertex_each(tmp_path):
    path = tmp_path / "p.json"
    path.write_text(json.dumps(proxy_data(ref_vIdxs=[0, 1, 2, 3])))

    np.testing.assert_array_equal(read_proxy(path).references[2], [2, 2, 2])


@pytest.mark.parametrize("broken", [{"uvs": []}, {"weights": "x"}, {"metadata": None}])
def test_a_broken_proxy_is_refused(tmp_path, broken):
    path = tmp_path / "p.json"
    path.write_text(json.dumps(proxy_data(**broken)))

    with pytest.raises(InputError, match=r"p\.json is not a proxy"):
        read_proxy(path)
