import pathlib

import numpy as np
import pytest

from encoder.descriptors import DescriptorOptions
from synthesis.reproduction.published import PUBLISHED_DISTANCES
from synthesis.reproduction.table1 import ClipSet, describe_persons, score_rows, table_text
from synthesis.scores.clip_descriptions import ClipDescription


def describe(places, faces=None):
    """A clip whose descriptors lie on a line, with eyes one pixel apart; faces: which frames."""
    places = np.array(places, np.float32)
    descriptors = np.zeros((len(places), 2), np.float32)
    descriptors[:, 0] = places
    landmarks = np.zeros((len(places), 68, 2), np.float32)
    landmarks[:, 42:48, 0] = 1
    landmarks += places[:, None, None] / 10
    if faces is not None:
        descriptors[~np.array(faces)] = np.nan
        landmarks[~np.array(faces)] = np.nan
    return ClipDescription((descriptors,), landmarks)


SETS = [
    ClipSet("ours", "made up", (pathlib.Path("a"), pathlib.Path("b"))),
    ClipSet("TGAN", "noise", (pathlib.Path("c"),)),
]
DESCRIPTIONS = {
    "a": describe([0, 1, 3]),
    "b": describe([0, 0, 0]),
    "c": describe([0, 0], [False, True]),
}


def rows():
    return score_rows(SETS, DESCRIPTIONS, [DescriptorOptions()], ("consecutive", "all"), "hog")


def test_scores_by_hand():
    ours, _, every, _ = rows()
    assert ours["acd"] == pytest.approx(((1 + 2) / 2 + 0) / 2)
    assert every["acd"] == pytest.approx(((1 + 2 + 3) / 3 + 0) / 2)
    assert (ours["model"], ours["made_by"], ours["num_clips"]) == ("ours", "made up", 2)
    assert "clips" not in ours
    assert ours["motion"] == pytest.approx(ours["acd"] / 10 * 2**0.5)


def test_a_model_without_faces_has_a_row_that_says_so():
    _, tgan, *_ = rows()
    assert "acd" not in tgan
    assert tgan["error"] == "a face was found in 1 of 2 frames: no two to compare in any clip"
    assert tgan["face_share"] == 0.5


def test_every_frame_another_person():
    persons = describe_persons([DESCRIPTIONS["a"], DESCRIPTIONS["c"], describe([5], [False])])
    assert persons.num_frames == 2  # the first face of each clip that shows one
    assert describe_persons([describe([5], [False])]) is None


def test_the_text_names_protocols():
    text = table_text(rows())
    first, ours, tgan, *_ = text.splitlines()
    assert first.split()[:3] == ["model", "ACD", "error"]
    assert ours.split()[:2] == ["ours", "0.7500"]
    assert ours.split()[3:5] == ["consecutive", "dlib"]
    assert tgan.split()[1:3] == ["-", "-"]
    assert "0/1" in tgan
    for one in PUBLISHED_DISTANCES:
        assert f"{one.acd:.3f}  {one.protocol}" in text
