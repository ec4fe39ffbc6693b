"""Compiles the CUDA sources for every supported GPU: `python -m stylegan_tf.ops.native.cuda`.

No GPU is needed: this shows that the sources compile, not that they run. `make cuda` installs the
compiler from PyPI and runs it.
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import time

from stylegan_tf.ops.native import build

# CUDA 13 begins at Turing. 86 and 89 run code for 80; they are here for their own registers.
ARCHITECTURES = ("75", "80", "86", "89", "90", "100")
# Where `pip install --target` puts the CUDA 13 wheels.
WHEELS_FOLDER = pathlib.PurePath("nvidia", "cu13")


def use_wheels(folder: pathlib.Path) -> None:
    """Lets `CUDA_HOME` name the toolkit that pip has installed below `folder`.

    Raises:
      BuildError: there is none.
    """
    home = folder / WHEELS_FOLDER
    if not (home / "bin" / "nvcc").exists():
        raise build.BuildError(f"there is no nvcc in {home}; `make cuda` installs it")
    os.environ[build.CUDA_FOLDER_VARIABLE] = str(home.resolve())


def compile_kernels(folder: pathlib.Path) -> dict[str, float]:
    """Compiles the kernels for each architecture into `folder`; returns seconds by architecture."""
    nvcc, compiler = build.find_nvcc(), build.find_compiler()
    seconds = {}
    for name in ARCHITECTURES:
        start = time.perf_counter()
        target = str(folder / f"cuda_kernels-sm_{name}.o")
        build.run(build.cuda_command(nvcc, compiler, [name], target), nvcc)
        seconds[name] = time.perf_counter() - start
    return seconds


def check_operations() -> None:
    """Compiles TensorFlow's side with CUDA, without making code."""
    nvcc, compiler = build.find_nvcc(), build.find_compiler()
    include, _ = build.tensorflow_flags()
    command = [compiler, "-fsyntax-only", "-w", *include, *build.cuda_defines(nvcc)]
    build.run([*command, str(build.SOURCE)], compiler)


def main(arguments: list[str]) -> int:
    """Runs the command: the folder of the wheels, if nvcc is not on the path."""
    try:
        if arguments:
            use_wheels(pathlib.Path(arguments[0]))
        nvcc = build.find_nvcc()
        version = subprocess.run([nvcc, "--version"], capture_output=True, text=True, check=True)
        print(version.stdout.splitlines()[-2])
        with tempfile.TemporaryDirectory() as folder:
            for name, seconds in compile_kernels(pathlib.Path(folder)).items():
                print(f"sm_{name}: compiled in {seconds:.1f} s")
        check_operations()
        print("TensorFlow's side: compiles with CUDA")
    except build.BuildError as error:
        print(error, file=sys.stderr)
        return 1
    if arguments:
        print(f"to use this nvcc: export CUDA_HOME={os.environ[build.CUDA_FOLDER_VARIABLE]}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
