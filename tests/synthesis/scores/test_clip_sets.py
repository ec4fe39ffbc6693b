import json

import numpy as np
import pytest

from encoder.descriptors import FaceDescriptor
from encoder.images import write_image
from stylegan_tf.errors import InputError
from synthesis.scores.clip_descriptions import ClipDescription
from synthesis.scores.clip_sets import find_clips, score_set, score_table, standard_error


class MadeUp(FaceDescriptor):
    def __init__(self):
        super().__init__("made-up", "none", "by hand", 1)

    def describe(self, image, face):
        raise AssertionError


def made_clip(step, motion, frames=3):
    """A clip whose ACD is `step` and whose landmarks move by `motion` eye distances a frame."""
    landmarks = np.zeros((frames, 68, 2))
    landmarks[:, 42:48] = [10, 0]
    landmarks[:, :, 1] += np.arange(frames)[:, None] * motion * 10
    return ClipDescription((np.arange(frames)[:, None] * step,), landmarks)


def no_face(frames=4):
    return ClipDescription((np.full((frames, 1), np.nan),), np.full((frames, 68, 2), np.nan))


def test_set_is_the_mean_over_clips():
    clips = {"a": made_clip(1.0, 0.1), "b": made_clip(2.0, 0.3, frames=5), "c": no_face()}
    score = score_set(clips, 0, MadeUp())
    assert score.acd == pytest.approx(1.5)  # a clip counts once, however long
    assert score.motion == pytest.approx(0.2)
    assert score.landmark_motion == pytest.approx(0.2)
    assert score.acd_per_motion == pytest.approx(3 / 0.4)
    assert (score.num_clips, score.num_scored) == (3, 2)
    assert (score.num_faces, score.num_frames) == (8, 12)
    assert score.face_share == pytest.approx(8 / 12)
    assert score.clips["a"].acd == pytest.approx(1)
    assert score.clips["c"].startswith("a face was found in 0 of 4 frames")


def test_standard_error_is_that_of_the_mean():
    random = np.random.default_rng(1)
    acds = random.exponential(size=50) + 0.5
    score = score_set({str(k): made_clip(acd, 0.5) for k, acd in enumerate(acds)}, 0, MadeUp())
    expected = acds.std() / np.sqrt(50)
    assert score.acd_error == pytest.approx(expected, rel=0.05)
    assert score.motion_error == pytest.approx(0, abs=1e-12)
    assert score.acd_per_motion_error == pytest.approx(expected / 0.5, rel=0.05)


def test_standard_error_covers_the_truth_as_often_as_it_says():
    random = np.random.default_rng(2)
    inside = 0
    for _ in range(200):
        values = random.standard_normal(30)
        error = standard_error(lambda chosen, values=values: values[chosen].mean(axis=1), 30)
        inside += abs(values.mean()) < 2 * error
    assert 180 <= inside <= 199  # 95 % of 200


def test_a_single_clip_has_no_error():
    score = score_set({"a": made_clip(1.0, 0.0)}, 0, MadeUp())
    assert score.acd_error is None
    assert score.acd_per_motion is None


def test_frozen_set_scores_zero_without_motion():
    score = score_set({"a": made_clip(0.0, 0.0), "b": made_clip(0.0, 0.0)}, 0, MadeUp(), "all")
    assert (score.acd, score.acd_error, score.motion) == (0, 0, 0)
    assert score.acd_per_motion is None
    assert score.acd_per_motion_error is None


def test_set_without_a_face_is_refused():
    with pytest.raises(InputError, match="a face was found in 0 of 4 frames"):
        score_set({"a": no_face()}, 0, MadeUp())


def test_row_holds_the_clips():
    row = score_set({"a": made_clip(1.0, 0.1), "c": no_face()}, 0, MadeUp()).as_row()
    assert [clip["video"] for clip in row["clips"]] == ["a", "c"]
    assert row["clips"][0]["acd"] == pytest.approx(1)
    assert "a face was found" in row["clips"][1]["error"]
    assert json.loads(json.dumps(row, allow_nan=False)) == row


def test_table_names_what_a_score_depends_on():
    both = {"a": made_clip(1.0, 0.1), "b": made_clip(2.0, 0.1), "c": no_face()}
    scores = [
        ("ours", score_set(both, 0, MadeUp())),
        ("one.mp4", score_set({"a": made_clip(1.0, 0.0)}, 0, MadeUp(), "all")),
    ]
    assert score_table(scores).splitlines() == [
        "video       ACD   error  pairing      descriptor         clips  faces/frames  motion"
        "  ACD/motion  range",
        "ours     1.5000  0.3477  consecutive  made-up (by hand)    2/3          6/10  0.1000"
        "       15.00  0.067",
        "one.mp4  1.3333          all          made-up (by hand)      1           3/3  0.0000"
        "              0.000",
    ]


def test_clips_are_found_at_any_depth(tmp_path):
    picture = np.zeros((4, 4, 3), np.uint8)
    for name in ("mug/074/anger/take001/img_0000.jpg", "mug/074/anger/take002/img_0000.jpg"):
        write_image(tmp_path / name, picture)
    for name in ("ours/b.mp4", "ours/a.MP4", "ours/a.json", "ours/.c.mp4", "ours/.d/e.mp4"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    for name in ("ours/sheet.png", "frames/sheet.png", "frames/a/0.png", "frames/b/0.png"):
        write_image(tmp_path / name, picture)

    def found(name):
        return [str(path.relative_to(tmp_path)) for path in find_clips(tmp_path / name)]

    takes = ["mug/074/anger/take001", "mug/074/anger/take002"]
    assert found("mug") == takes
    assert found(takes[0]) == takes[:1]
    assert found("ours") == ["ours/a.MP4", "ours/b.mp4"]
    assert found("frames") == ["frames/a", "frames/b"]
    assert found(".") == ["frames/a", "frames/b", *takes, "ours/a.MP4", "ours/b.mp4"]
    assert found("ours/b.mp4") == ["ours/b.mp4"]
    with pytest.raises(InputError, match="there is no clip"):
        found("none")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="holds neither videos nor folders of pictures"):
        found("empty")
