"""Drivers whose work takes minutes or hours: what they refuse before it begins."""

import pytest


@pytest.mark.parametrize(
    ("name", "flags", "message"),
    [
        ("audit_generator", ["--network=no.pkl"], "no.pkl is not a file, nor one that ships"),
        ("audit_generator", ["--directions=tests"], "tests has no anger.npy"),
        ("benchmark_loading", ["--roles=Gx"], "--roles"),
        (
            "measure_pti",
            ["--input=docs", "--originals=docs", "--output=x"],
            "holds no latents with",
        ),
        ("train_rendered_faces", ["--output=a.pkl"], "--work"),
        ("train_rendered_faces", ["--work=a"], "--output"),
    ],
)
def test_wrong_flags_are_one_line_before_tensorflow(run_driver, name, flags, message):
    result = run_driver(name, *flags)
    assert result.returncode == 1
    assert message in result.stderr
    assert result.stderr.count("\n") == 1
