import shutil

from PIL import Image

from synthesis.baselines.clip_sets import class_names, read_mug_clips

FLAGS = ("--frames=3", "--size=64", "--num_workers=1")


def test_mug_reader_reads_them_and_what_is_there_stays(run_driver, tmp_path):
    flags = [f"--output={tmp_path / 'clips'}", *FLAGS]
    result = run_driver("render_clips", *flags, "--subjects=1")
    assert result.returncode == 0, result.stderr
    clips = read_mug_clips(tmp_path / "clips")
    assert class_names(clips) == ["anger", "happiness", "surprise", "disgust", "fear", "sadness"]
    assert [len(clip.frames) for clip in clips] == [3] * 6
    with Image.open(clips[0].frames[1]) as picture:
        assert (picture.format, picture.size) == ("JPEG", (64, 64))
    before = {path: path.stat().st_mtime_ns for clip in clips for path in clip.frames}

    shutil.rmtree(tmp_path / "clips" / "subjects3" / "001" / "fear")
    assert run_driver("render_clips", *flags, "--subjects=2").returncode == 0
    assert len(read_mug_clips(tmp_path / "clips")) == 12
    changed = {path.parts[-3] for path in before if path.stat().st_mtime_ns != before[path]}
    assert changed == {"fear"}


def test_other_flags_in_the_same_folder_are_refused(run_driver, tmp_path):
    output = f"--output={tmp_path / 'clips'}"
    assert run_driver("render_clips", output, *FLAGS, "--subjects=1").returncode == 0
    result = run_driver("render_clips", output, *FLAGS, "--subjects=1", "--seed=1")
    assert result.returncode == 1
    assert "give another --output, or --overwrite" in result.stderr
    assert result.stderr.count("\n") == 1
