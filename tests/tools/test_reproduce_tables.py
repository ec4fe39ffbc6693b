import json

import pytest

QUICK = ("--table=1", "--faces=2", "--size=64", "--detector=hog", "--num_workers=1")


def test_table_1_of_a_network_that_draws_no_faces(tmp_path, run_driver, small_network):
    """The reference is scored; ours, of fresh weights, shows nobody and says so."""
    flags = [*QUICK, *small_network.flags, f"--output={tmp_path}", f"--mug={tmp_path / 'mug'}"]
    clips = ["--subjects=1", "--frames=3", "--size=96", f"--output={tmp_path / 'mug'}"]
    assert run_driver("render_clips", *clips).returncode == 0
    result = run_driver("reproduce_tables", *flags)
    assert result.returncode == 0, result.stderr
    rows = json.loads((tmp_path / "table1.json").read_text())
    models = [(row["model"], row["pairing"]) for row in rows]
    assert models == [(m, p) for p in ("consecutive", "all") for m in ("reference", "ours")]
    reference, ours = rows[:2]
    assert reference["made_by"] == "6 real clips of MUG"
    assert 0 < reference["acd"] < 1
    assert ours["num_clips"] == 12
    assert "a face was found in 0 of" in ours["error"]
    assert "0.167" in result.stdout
    assert (tmp_path / "table1.txt").read_text() == result.stdout
    assert (tmp_path / "clips.png").is_file()
    videos = sorted((tmp_path / "ours").glob("*.mp4"))
    assert len(videos) == 12
    before = [path.stat().st_mtime_ns for path in videos]

    again = run_driver("reproduce_tables", *flags)
    assert again.stdout == result.stdout
    assert [path.stat().st_mtime_ns for path in videos] == before


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--table=3"], "--table"),
        (["--table=2"], "table 2 needs --study"),
        (["--table=2", "--study=none"], "none holds no study"),
        (["--table=1", "--size=100"], "--size=100 is not a power of 2"),
        (["--table=1", "--mug=none"], "none"),
        (["--table=1", "--tgan=none"], "none is not the folder of a training"),
        (["--table=1", "--pairing=some"], "--pairing: 'some' is not one of consecutive, all"),
        (["--table=1", "--network=none"], "--network=none is not a file"),
    ],
)
def test_wrong_flags_are_one_line(tmp_path, run_driver, flags, message):
    result = run_driver("reproduce_tables", f"--output={tmp_path / 'new'}", *flags)
    assert result.returncode == 1
    assert message in result.stderr
    assert result.stderr.count("\n") == 1
    assert not (tmp_path / "new").exists()
