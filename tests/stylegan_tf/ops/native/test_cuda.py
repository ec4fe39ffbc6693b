"""The CUDA sources compile, where CUDA_HOME is set. That they run is not shown here."""

import os

import pytest

from stylegan_tf.ops.native import build, cuda

# A minute or two: not wherever an nvcc happens to be on the path.
NEEDS_TOOLKIT = pytest.mark.skipif(
    not os.environ.get(build.CUDA_FOLDER_VARIABLE),
    reason="CUDA_HOME names no toolkit; `make cuda` installs one and says which",
)


def test_no_wheels(tmp_path):
    with pytest.raises(build.BuildError, match=r"no nvcc in .*; `make cuda` installs it"):
        cuda.use_wheels(tmp_path)


def test_the_command_prints_why_it_cannot(tmp_path, capsys):
    assert cuda.main([str(tmp_path)]) == 1
    assert "there is no nvcc in" in capsys.readouterr().err


@pytest.mark.cuda
@NEEDS_TOOLKIT
def test_kernels_compile_for_every_architecture(tmp_path):
    seconds = cuda.compile_kernels(tmp_path)
    assert list(seconds) == ["75", "80", "86", "89", "90", "100"]
    assert len(list(tmp_path.glob("cuda_kernels-sm_*.o"))) == 6


@pytest.mark.cuda
@NEEDS_TOOLKIT
def test_tensorflow_side_compiles_with_cuda():
    cuda.check_operations()
