import collections
import json
import pathlib

import numpy as np
import pytest

from encoder.clips.reading import read_frames
from stylegan_tf.errors import InputError
from synthesis.study.study import CHECK, load_study, make_study, plan_pairs

CLIPS = {name: [pathlib.Path(name, str(k)) for k in range(5)] for name in ("ours", "a", "b")}


def test_every_model_meets_the_first_on_both_sides():
    pairs, sources = plan_pairs(CLIPS, 10, 4, seed=1)
    meetings = collections.Counter(frozenset((p.left_model, p.right_model)) for p in pairs)
    assert meetings == {
        frozenset(("ours", "a")): 10,
        frozenset(("ours", "b")): 10,
        frozenset(("ours", CHECK)): 4,
    }
    for other in ("a", "b", CHECK):
        about = [p for p in pairs if other in (p.left_model, p.right_model)]
        assert sum(p.left_model == "ours" for p in about) == len(about) / 2
    for pair in pairs:
        for video, model in ((pair.left, pair.left_model), (pair.right, pair.right_model)):
            clip, spoilt = sources[video]
            assert clip.parent.name == ("ours" if model == CHECK else model)
            assert spoilt == (model == CHECK)
    assert len({pair.name for pair in pairs}) == len(pairs)


def test_clips_are_used_evenly():
    pairs, sources = plan_pairs(CLIPS, 10, 0, seed=2)
    shown = collections.Counter(sources[v][0] for p in pairs for v in (p.left, p.right))
    assert {shown[clip] for clip in CLIPS["ours"]} == {4}
    assert {shown[clip] for clip in (*CLIPS["a"], *CLIPS["b"])} == {2}


def test_odd_numbers_of_pairs_favour_neither_side_over_seeds():
    lefts = 0
    for seed in range(200):
        pairs, _ = plan_pairs({"ours": CLIPS["ours"], "a": CLIPS["a"]}, 1, 0, seed)
        lefts += pairs[0].left_model == "ours"
    assert 70 < lefts < 130


def test_seed_decides_everything():
    assert plan_pairs(CLIPS, 6, 2, seed=3) == plan_pairs(CLIPS, 6, 2, seed=3)
    assert plan_pairs(CLIPS, 6, 2, seed=3) != plan_pairs(CLIPS, 6, 2, seed=4)


def test_videos_are_of_one_size_and_their_names_say_nothing(study, clips):
    files = sorted(study.videos.iterdir())
    assert {file.name for file in files} == {
        video for pair in study.pairs for video in (pair.left, pair.right)
    }
    for pair in study.pairs:
        for video, model in ((pair.left, pair.left_model), (pair.right, pair.right_model)):
            frames = list(read_frames(study.videos / video))
            assert [frame.shape for frame in frames] == [(64, 64, 3)] * 6
            red = {"ours": 200, "TGAN": 120, "MoCoGAN": 40, CHECK: 200}[model]
            assert abs(float(frames[0][..., 0].mean()) - red) < 8


def test_checks_are_the_same_clip_in_pieces(tmp_path):
    from synthesis.video.writing import write_video

    ramp = np.tile(np.arange(0, 256, 4, dtype=np.uint8)[:, None], (1, 64, 3)).reshape(64, 64, 3)
    for model in ("a", "b"):
        write_video(tmp_path / model, [ramp, ramp])
    folders = {model: [tmp_path / model] for model in ("a", "b")}
    study = make_study(tmp_path / "study", folders, pairs=1, checks=1, size=64)
    (check,) = (pair for pair in study.pairs if pair.is_check)
    videos = (check.left, check.right)
    sound, spoilt = videos if check.right_model == CHECK else videos[::-1]
    whole = next(read_frames(study.videos / sound)).astype(int)
    pieces = next(read_frames(study.videos / spoilt)).astype(int)
    assert np.abs(whole - ramp).mean() < 4
    assert np.abs(pieces - whole).mean() > 40
    np.testing.assert_allclose(np.sort(pieces.ravel()).mean(), whole.mean(), atol=4)


def test_study_is_read_back_and_kept(study, clips):
    assert load_study(study.folder) == study
    times = {file: file.stat().st_mtime_ns for file in study.videos.iterdir()}
    assert make_study(study.folder, clips, pairs=4, checks=2, size=64) == study
    assert {file: file.stat().st_mtime_ns for file in study.videos.iterdir()} == times
    with pytest.raises(InputError, match="holds another study; give another folder"):
        make_study(study.folder, clips, pairs=5, checks=2, size=64)


def test_wrong_input_is_refused(tmp_path):
    for clips, pairs, checks, message in [
        ({"ours": CLIPS["ours"]}, 1, 0, "a study needs two models at least"),
        ({"ours": CLIPS["ours"], "a": []}, 1, 0, "the model a has no clips"),
        ({"ours": CLIPS["ours"], CHECK: CLIPS["a"]}, 1, 0, "no model can be called"),
        (CLIPS, 0, 0, "pairs must be 1 or more"),
    ]:
        with pytest.raises(InputError, match=message):
            plan_pairs(clips, pairs, checks, 0)
    with pytest.raises(InputError, match="size must be an even number of pixels"):
        make_study(tmp_path, CLIPS, size=65)
    with pytest.raises(InputError, match="holds no study: there is no"):
        load_study(tmp_path)
    damaged = {
        "form": 1,
        "models": ["a", "b"],
        "size": 64,
        "question": "?",
        "pairs": [
            {
                "name": "0" * 12,
                "left": "../../secret",
                "right": "0" * 16 + ".mp4",
                "left_model": "a",
                "right_model": "b",
            }
        ],
    }
    for text in ("{", "[]", json.dumps(damaged)):
        (tmp_path / "study.json").write_text(text)
        with pytest.raises(InputError, match="is damaged or of another version"):
            load_study(tmp_path)
