"""The CUDA sources compile; where nvcc is. That they run is not shown here."""

import os
import shutil

import pytest

from stylegan_tf.ops.native import build, cuda


def test_no_wheels(tmp_path):
    with pytest.raises(build.BuildError, match=r"no nvcc in .*; `make cuda` installs it"):
        cuda.use_wheels(tmp_path)


def test_the_command_prints_why_it_cannot(tmp_path, capsys):
    assert cuda.main([str(tmp_path)]) == 1
    assert "there is no nvcc in" in capsys.readouterr().err


@pytest.mark.cuda
def test_kernels_compile_for_every_architecture(tmp_path):
    if not os.environ.get("CUDA_HOME") and not shutil.which("nvcc"):
        pytest.skip("there is no nvcc; `make cuda` installs one")
    seconds = cuda.compile_kernels(tmp_path)
    assert list(seconds) == ["75", "80", "86", "89", "90", "100"]
    assert len(list(tmp_path.glob("cuda_kernels-sm_*.o"))) == 6


@pytest.mark.cuda
def test_tensorflow_side_compiles_with_cuda():
    if not os.environ.get("CUDA_HOME") and not shutil.which("nvcc"):
        pytest.skip("there is no nvcc; `make cuda` installs one")
    cuda.check_operations()
