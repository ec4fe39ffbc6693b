import pathlib

import numpy as np

from stylegan_tf.pickles.reader import read_pickle

DATA = pathlib.Path(__file__).parents[1] / "data" / "networks"


def arrays(path):
    def walk(state, prefix):
        yield from ((prefix + name, value) for name, value in state.variables.items())
        for role, part in state.components.items():
            yield from walk(part, f"{prefix}{role}/")

    return [dict(walk(state, "")) for state in read_pickle(path)]


def test_there_and_back_is_bit_equal(tmp_path, run_driver):
    source, folder, again = DATA / "sg2_cond32.pkl.xz", tmp_path / "net", tmp_path / "again.pkl"
    for flags in (
        [f"--input={source}", f"--output={folder}"],
        [f"--input={folder}", f"--output={again}"],
    ):
        result = run_driver("convert_network", *flags)
        assert result.returncode == 0, result.stderr
    files = ["D.keras", "Gs.keras", "Gs_mapping.keras", "Gs_synthesis.keras", "networks.json"]
    assert sorted(path.name for path in folder.iterdir()) == [*files, "record.json"]
    for before, after in zip(arrays(source), arrays(again), strict=True):
        assert list(before) == list(after)
        for variable, value in before.items():
            assert value.tobytes() == np.asarray(after[variable]).tobytes()


def test_says_what_is_wrong(tmp_path, run_driver):
    (tmp_path / "empty").mkdir()
    for source, output, message in [
        ("empty", "out.pkl", "holds no networks.json"),
        ("empty", "out", "a folder becomes a pickle"),
        ("none.pkl", "out", "none.pkl is not a file"),
    ]:
        result = run_driver(
            "convert_network", f"--input={tmp_path / source}", f"--output={tmp_path / output}"
        )
        assert result.returncode == 1
        assert message in result.stderr.splitlines()[-1]
        assert not (tmp_path / output).exists()
