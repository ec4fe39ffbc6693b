"""Building on first use: the cache, several processes at once, and every way it can fail."""

import os
import pathlib
import stat
import subprocess
import sys

import pytest
import tensorflow as tf
from absl import logging

from stylegan_tf import ops
from stylegan_tf.errors import InputError
from stylegan_tf.ops.native import build, library

ROOT = pathlib.Path(__file__).parents[4]
TINY = 'extern "C" int answer() { return 42; }\n'


@pytest.fixture
def fresh(monkeypatch, tmp_path):
    """An empty cache, and a process that has not tried to load the operations yet."""
    monkeypatch.setenv("STYLEGAN_VIDEO_CACHE", str(tmp_path / "cache"))
    for name in ("CXX", "CUDA_HOME", build.CUDA_ARCHITECTURES_VARIABLE, library.VARIABLE):
        monkeypatch.delenv(name, raising=False)
    library._outcome.cache_clear()
    library._say_that_there_are_none.cache_clear()
    yield tmp_path
    library._outcome.cache_clear()
    library._say_that_there_are_none.cache_clear()


@pytest.fixture
def source(fresh, monkeypatch):
    """Lets another source be built in place of the operations: a second instead of a minute."""

    def use(text):
        path = fresh / "source.cc"
        path.write_text(text)
        monkeypatch.setattr(build, "SOURCE", path)
        return path

    return use


@pytest.fixture
def compiler():
    try:
        return build.find_compiler()
    except build.BuildError as error:
        pytest.skip(str(error))


def program(path, text):
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def fake_compiler(folder, output):
    return program(
        folder / "fake",
        f'if [ "$1" = --version ]; then echo fake 1.0; exit 0; fi\necho "{output}" >&2\nexit 1',
    )


def test_a_library_is_built_once_and_says_what_for(source, compiler, monkeypatch):
    source(TINY)
    path = build.build()
    assert path.parent == build.build_folder()
    assert build.describe(path)["tensorflow"] == tf.__version__
    monkeypatch.setattr(build, "_compile", lambda plan: pytest.fail("built again"))
    assert build.build() == path
    assert sorted(file.suffix for file in path.parent.iterdir()) == [".json", ".lock", ".so"]


@pytest.mark.parametrize("change", ["source", "tensorflow", "processor", "compiler"])
def test_what_a_library_depends_on_is_in_its_name(source, compiler, monkeypatch, fresh, change):
    source(TINY)
    before = build.make_plan().library
    assert build.make_plan().library == before
    if change == "source":
        source(TINY + "// another")
    elif change == "tensorflow":
        monkeypatch.setattr(tf, "__version__", "2.99.0")
    elif change == "processor":
        monkeypatch.setattr(build, "processor", lambda: "x86_64 sse2")
    else:
        monkeypatch.setenv("CXX", program(fresh / "other", "echo other 13.1"))
    assert build.make_plan().library != before


def test_processes_that_start_at_once_build_once(source, compiler, fresh):
    path = source(TINY)
    log = fresh / "log"
    slow = program(
        fresh / "slow",
        f'case "$*" in *-shared*) echo run >> {log}; sleep 1;; esac\nexec {compiler} "$@"',
    )
    code = (
        "import pathlib; from stylegan_tf.ops.native import build; "
        f"build.SOURCE = pathlib.Path({str(path)!r}); print(build.build())"
    )
    environment = {**os.environ, "CXX": slow, "PYTHONPATH": str(ROOT)}
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    printed = {process.communicate()[0] for process in started}
    assert [process.returncode for process in started] == [0, 0, 0]
    assert len(printed) == 1
    assert log.read_text() == "run\n"


def test_a_failed_build_leaves_nothing_behind(source, compiler):
    source("no C++")
    with pytest.raises(build.BuildError, match=r"could not compile the native ops: .*error"):
        build.build()
    assert [file.suffix for file in build.build_folder().iterdir()] == [".lock"]


def test_no_compiler(fresh, monkeypatch):
    monkeypatch.setenv("PATH", str(fresh))
    message = r"there is no C\+\+ compiler \(looked for g\+\+, clang\+\+, c\+\+\); install one"
    with pytest.raises(build.BuildError, match=message):
        build.build()


def test_a_compiler_that_is_not_there(fresh, monkeypatch):
    monkeypatch.setenv("CXX", "g++-99")
    with pytest.raises(build.BuildError, match="compiler 'g\\+\\+-99' that CXX names is not there"):
        build.build()


def test_a_program_that_is_no_compiler(fresh, monkeypatch):
    monkeypatch.setenv("CXX", program(fresh / "nothing", "exit 1"))
    with pytest.raises(build.BuildError, match=r"nothing is not a working C\+\+ compiler"):
        build.build()


@pytest.mark.parametrize(
    ("output", "message"),
    [
        ("error: unrecognized command line option '-std=c++17'", r"does not know C\+\+17; let CXX"),
        ("fatal error: Killed signal terminated program cc1plus", "want of memory"),
        (
            "#error -- unsupported GNU version! gcc versions later than 15",
            "nvcc does not work with",
        ),
        ("nvcc fatal   : Unsupported gpu architecture 'compute_10'", "the GPU's architecture"),
        ("fatal error: cuda_runtime.h: No such file or directory", "CUDA toolkit is not whole"),
        ("x.cc:1:1: error: something else", r"error: something else; see docs/troubleshooting.md"),
    ],
)
def test_a_compiler_that_fails(fresh, monkeypatch, output, message):
    monkeypatch.setenv("CXX", fake_compiler(fresh, output))
    with pytest.raises(build.BuildError, match=message):
        build.build()


def test_headers_of_another_tensorflow(source, compiler):
    source('#include "tensorflow/core/framework/not_in_this_version.h"\n')
    message = (
        "does not find the header tensorflow/core/framework/not_in_this_version.h; TensorFlow's "
        "headers do not fit"
    )
    with pytest.raises(build.BuildError, match=message):
        build.build()


def test_tensorflow_without_headers(fresh, monkeypatch, compiler):
    monkeypatch.setattr(tf.sysconfig, "get_include", lambda: str(fresh))
    with pytest.raises(build.BuildError, match=r"came without its C\+\+ headers .* reinstall it"):
        build.build()


def test_another_abi(source, compiler):
    """A library that asks for a symbol of the other ABI is what the wrong flag makes."""
    source(
        "#include <string>\nnamespace tensorflow { std::string other_abi(const std::string&); }\n"
        'extern "C" { std::string* use = new std::string(tensorflow::other_abi("")); }\n'
    )
    message = (
        r"lacks the symbol \S*other_abi\S*: compiler and TensorFlow disagree about their C\+\+"
    )
    with pytest.raises(build.BuildError, match=message):
        library.load()


def test_a_library_cut_short(source, compiler):
    source(TINY)
    path = build.build()
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(build.BuildError, match=r"do not load in .* Delete the file"):
        library.load()


def test_a_cache_that_cannot_be_written(fresh, monkeypatch, compiler):
    (fresh / "file").write_text("")
    monkeypatch.setenv("STYLEGAN_VIDEO_CACHE", str(fresh / "file"))
    with pytest.raises(build.BuildError, match=r"cannot be stored in .* let STYLEGAN_VIDEO_CACHE"):
        build.build()


def test_no_nvcc(fresh, monkeypatch, compiler):
    monkeypatch.setenv("CUDA_HOME", str(fresh))
    with pytest.raises(build.BuildError, match=r"no CUDA compiler nvcc in CUDA_HOME=.*make cuda"):
        build.build("cuda")


def test_no_gpu_and_a_wrong_architecture(fresh, monkeypatch, compiler):
    (fresh / "bin").mkdir()
    program(fresh / "bin" / "nvcc", "echo release 13.0")
    monkeypatch.setenv("CUDA_HOME", str(fresh))
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: [])
    with pytest.raises(build.BuildError, match="sees no GPU to compile for; let STYLEGAN_VIDEO_"):
        build.build("cuda")
    monkeypatch.setenv(build.CUDA_ARCHITECTURES_VARIABLE, "hopper")
    with pytest.raises(build.BuildError, match="must be like sm_90 or sm_80,sm_90, not 'hopper'"):
        build.build("cuda")
    monkeypatch.setenv(build.CUDA_ARCHITECTURES_VARIABLE, "sm_80,90")
    assert build.make_plan("cuda").architectures == ("80", "90")


def test_auto_goes_on_with_ref_and_says_so_once(fresh, monkeypatch):
    monkeypatch.setenv("PATH", str(fresh))
    said = []
    monkeypatch.setattr(logging, "warning", lambda text, *values: said.append(text % values))
    x = tf.constant([[-1.0, 2.0]])
    for _ in range(2):
        y = ops.fused_bias_act(x, act="relu", gain=1.0)
    assert y.numpy().tolist() == [[0.0, 2.0]]
    assert len(said) == 1
    assert said[0].startswith("the reference ops are used instead of the native ones: there is no")
    with pytest.raises(build.BuildError, match=r"there is no C\+\+ compiler"):
        ops.fused_bias_act(x, act="relu", impl="native")
    monkeypatch.setenv(library.VARIABLE, "native")
    with pytest.raises(build.BuildError, match=r"there is no C\+\+ compiler"):
        ops.fused_bias_act(x, act="relu")


def test_ref_builds_nothing(fresh, monkeypatch):
    monkeypatch.setattr(build, "_compile", lambda plan: pytest.fail("built"))
    monkeypatch.setenv(library.VARIABLE, "ref")
    ops.fused_bias_act(tf.zeros([1, 2]), act="relu")
    ops.fused_bias_act(tf.zeros([1, 2]), act="relu", impl="ref")


def test_unknown_implementations(fresh, monkeypatch):
    with pytest.raises(InputError, match="impl must be auto, native, ref, not 'cuda'"):
        ops.filter_2d(tf.zeros([1, 4, 4, 1]), [1, 2, 1], impl="cuda")
    monkeypatch.setenv(library.VARIABLE, "fast")
    with pytest.raises(InputError, match="STYLEGAN_VIDEO_OPS must be auto, native, ref, not 'fast"):
        ops.filter_2d(tf.zeros([1, 4, 4, 1]), [1, 2, 1])


def test_types_and_layouts_without_a_native_op(fresh):
    with pytest.raises(InputError, match="for float32, float16, bfloat16, not float64"):
        ops.fused_bias_act(tf.zeros([1, 2], tf.float64), impl="native")
    with pytest.raises(InputError, match="data_format must be NHWC or NCHW, not 'CHWN'"):
        ops.upsample_2d(tf.zeros([1, 2, 2, 1]), data_format="CHWN")


def test_auto_takes_the_faster_one(fresh, monkeypatch):
    monkeypatch.setattr(build, "_compile", lambda plan: pytest.fail("built"))
    ops.filter_2d(tf.zeros([1, 4, 4, 32], tf.float16), [1, 2, 1])
    ops.fused_bias_act(tf.zeros([1, 2]), act="tanh")
