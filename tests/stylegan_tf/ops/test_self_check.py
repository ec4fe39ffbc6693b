"""What `python -m stylegan_tf.ops` prints."""

import pytest

from stylegan_tf.ops import __main__ as command
from stylegan_tf.ops import self_check
from stylegan_tf.ops.native import build, library


def test_it_says_what_is_built_and_that_it_agrees(native, capsys):
    assert command.main() == 0
    printed = capsys.readouterr().out
    assert f"native ops for {library.device()}: " in printed
    assert "compiled by " in printed
    assert "self-check: 36 of 36 agree with the reference" in printed


def test_a_difference_fails(native, monkeypatch, capsys):
    rows = [("upfirdn_2d up float32", 2e-3, 1e-6), ("fused_bias_act relu float32", 0.0, 1e-6)]
    monkeypatch.setattr(self_check, "checks", lambda: iter(rows))
    assert command.main() == 1
    printed = capsys.readouterr().out
    assert (
        "upfirdn_2d up float32: differs from the reference by 2.0e-03, allowed 1.0e-06" in printed
    )
    assert "self-check: 1 of 2 agree" in printed


@pytest.mark.parametrize("error", [build.BuildError("no compiler; install one")])
def test_no_native_ops(monkeypatch, capsys, error):
    def fail():
        raise error

    monkeypatch.setattr(library, "load", fail)
    assert command.main() == 1
    assert capsys.readouterr().err == "there are no native ops: no compiler; install one\n"
