"""Compiles the native operations on first use, into a cache that several processes share.

A built library's name carries a digest of all that went into it: the sources, TensorFlow's version
and flags, the compiler, the processor and, for CUDA, the architectures. So another TensorFlow or
another machine with the same home folder finds no library that does not fit.
"""

import contextlib
import fcntl
import hashlib
import os
import pathlib
import platform
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import tensorflow as tf
from absl import logging

from stylegan_tf.downloads import cache_folder
from stylegan_tf.errors import InputError
from stylegan_tf.files.json_files import read_own_json, write_json
from stylegan_tf.files.whole_files import write_atomically

FOLDER = pathlib.Path(__file__).parent
HEADERS = ("kernels.h", "launchers.h")
SOURCE = FOLDER / "tensorflow_ops.cc"
CUDA_SOURCE = FOLDER / "cuda_kernels.cu"

COMPILERS = ("g++", "clang++", "c++")
COMPILER_VARIABLE = "CXX"
CUDA_FOLDER_VARIABLE = "CUDA_HOME"
CUDA_ARCHITECTURES_VARIABLE = "STYLEGAN_VIDEO_CUDA_ARCH"
# fast-math is not among them: NaN and infinity stay what they are.
# Eigen's float16 arithmetic for AVX512-FP16, which we do not use, does not compile with GCC 12.
OPTIMISATION = (
    "-O3",
    "-march=native",
    "-U__AVX512FP16__",
    "-fno-math-errno",
    "-fno-trapping-math",
)
PATIENCE = 600  # seconds that one compiler run may take
PAGE = "docs/troubleshooting.md"


class BuildError(InputError):
    """The native operations cannot be built or loaded; the message says why and what to do."""


class Plan(NamedTuple):
    """What would be built: the commands' parts, and the name of the result."""

    device: str  # cpu or cuda
    compiler: str
    compiler_version: str
    nvcc: str | None
    architectures: tuple[str, ...]  # of CUDA: 75, 80, ...
    include: tuple[str, ...]
    link: tuple[str, ...]
    digest: str

    @property
    def library(self) -> pathlib.Path:
        """Where the built library lies."""
        return build_folder() / f"{self.device}-{self.digest}.so"


def build_folder() -> pathlib.Path:
    """Where built libraries lie: `native` in the cache of downloads."""
    return cache_folder() / "native"


def build(device: str = "cpu") -> pathlib.Path:
    """Returns the library for `cpu` or `cuda`, compiling it if it is not in the cache.

    One process compiles; others that start meanwhile wait for it and use its result.

    Raises:
      BuildError: no compiler, one that does not work, headers that do not fit, no nvcc, or a
        cache that cannot be written to.
    """
    plan = make_plan(device)
    library = plan.library
    if library.exists():
        return library
    try:
        library.parent.mkdir(parents=True, exist_ok=True)
        with _lock(library.with_suffix(".lock")):
            if not library.exists():
                logging.info("compiling the native ops for this machine, once: half a minute")
                _compile(plan)
    except OSError as error:
        raise BuildError(
            f"the native ops cannot be stored in {library.parent} ({error.strerror or error}); "
            f"let STYLEGAN_VIDEO_CACHE name a folder that can be written to"
        ) from error
    return library


def make_plan(device: str = "cpu") -> Plan:
    """Finds the compilers and their flags; raises BuildError where one is missing."""
    compiler = find_compiler()
    version = _version_of(compiler, "C++ compiler", COMPILER_VARIABLE)
    include, link = tensorflow_flags()
    nvcc: str | None = None
    nvcc_version = ""
    architectures: tuple[str, ...] = ()
    if device == "cuda":
        nvcc = find_nvcc()
        nvcc_version = _version_of(nvcc, "CUDA compiler", CUDA_FOLDER_VARIABLE)
        architectures = cuda_architectures()
    names = [SOURCE, *(FOLDER / name for name in HEADERS)]
    names += [CUDA_SOURCE] if device == "cuda" else []
    parts = [
        *(path.read_text("utf-8") for path in names),
        tf.__version__,
        *include,
        *link,
        *OPTIMISATION,
        compiler,
        version,
        nvcc_version,
        *architectures,
        processor(),
    ]
    digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
    return Plan(device, compiler, version, nvcc, architectures, include, link, digest)


def find_compiler() -> str:
    """The path of the C++ compiler: `CXX`, or the first one that is installed."""
    wanted = os.environ.get(COMPILER_VARIABLE)
    for name in (wanted,) if wanted else COMPILERS:
        path = shutil.which(name)
        if path:
            return path
    if wanted:
        raise BuildError(
            f"the C++ compiler {wanted!r} that {COMPILER_VARIABLE} names is not there; "
            f"correct {COMPILER_VARIABLE} or unset it"
        )
    raise BuildError(
        f"there is no C++ compiler (looked for {', '.join(COMPILERS)}); install one, for example "
        f"with `apt install g++`, or let {COMPILER_VARIABLE} name yours"
    )


def find_nvcc() -> str:
    """The path of nvcc: below `CUDA_HOME`, or on the path."""
    home = os.environ.get(CUDA_FOLDER_VARIABLE)
    path = shutil.which(str(pathlib.Path(home) / "bin" / "nvcc") if home else "nvcc")
    if path is None:
        where = f"in {CUDA_FOLDER_VARIABLE}={home}" if home else "on the path"
        raise BuildError(
            f"there is no CUDA compiler nvcc {where}; `make cuda` installs one from PyPI, or let "
            f"{CUDA_FOLDER_VARIABLE} name the folder of a CUDA toolkit"
        )
    return path


def tensorflow_flags() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """TensorFlow's own flags to compile and to link, its C++ ABI among them."""
    header = pathlib.Path(tf.sysconfig.get_include(), "tensorflow", "core", "public", "version.h")
    if not header.exists():
        raise BuildError(
            f"TensorFlow {tf.__version__} came without its C++ headers ({header} is missing); "
            f"reinstall it with `pip install --force-reinstall tensorflow=={tf.__version__}`"
        )
    return tuple(tf.sysconfig.get_compile_flags()), tuple(tf.sysconfig.get_link_flags())


def cuda_architectures() -> tuple[str, ...]:
    """Compute capabilities to compile for, as `90`: named in the environment, or those present."""
    wanted = os.environ.get(CUDA_ARCHITECTURES_VARIABLE)
    if wanted:
        names = tuple(wanted.replace("sm_", "").split(","))
        if not all(re.fullmatch(r"\d{2,3}a?", name) for name in names):
            raise BuildError(
                f"{CUDA_ARCHITECTURES_VARIABLE} must be like sm_90 or sm_80,sm_90, not {wanted!r}"
            )
        return names
    details = [
        tf.config.experimental.get_device_details(gpu)
        for gpu in tf.config.list_physical_devices("GPU")
    ]
    found = sorted({detail["compute_capability"] for detail in details})
    if not found:
        raise BuildError(
            f"TensorFlow sees no GPU to compile for; let {CUDA_ARCHITECTURES_VARIABLE} name its "
            f"architecture, for example sm_90"
        )
    return tuple(f"{major}{minor}" for major, minor in found)


def processor() -> str:
    """What the code is compiled for: the machine's architecture and its processor's extensions."""
    info = pathlib.Path("/proc/cpuinfo")
    text = info.read_text() if info.exists() else platform.processor()
    flags = re.search(r"^(?:flags|Features)\s*: (.*)$", text, re.MULTILINE)
    return f"{platform.machine()} {flags[1] if flags else text}"


def describe(library: pathlib.Path) -> dict[str, Any]:
    """What a built library was built for and with."""
    path = library.with_suffix(".json")
    return read_own_json(path, "what the native ops' build wrote") if path.exists() else {}


def load_failure(library: pathlib.Path, error: Exception) -> BuildError:
    """The message for a library that TensorFlow cannot load."""
    undefined = re.search(r"undefined symbol: (\S+)", str(error))
    cause = (
        f"it lacks the symbol {undefined[1]}: compiler and TensorFlow disagree about their C++ ABI"
        if undefined
        else " ".join(str(error).split())[:300]
    )
    return BuildError(
        f"the native ops {library} do not load in TensorFlow {tf.__version__}: {cause}. Delete the "
        f"file and start again; if it stays, let {COMPILER_VARIABLE} name a GCC (see {PAGE})"
    )


def _compile(plan: Plan) -> None:
    """Compiles beside the library's place and renames."""
    arguments = [*OPTIMISATION, "-fPIC", "-w", *plan.include, f"-I{FOLDER}"]
    with tempfile.TemporaryDirectory() as folder:
        objects: list[str] = []
        if plan.nvcc:
            target = str(pathlib.Path(folder) / "cuda_kernels.o")
            run(cuda_command(plan.nvcc, plan.compiler, plan.architectures, target), plan.nvcc)
            arguments += cuda_defines(plan.nvcc)
            objects = [target]
        with write_atomically(plan.library) as path:
            link = [*plan.link]
            if plan.nvcc:
                link += [str(_cuda_runtime(_toolkit(plan.nvcc)))]
            command = [plan.compiler, *arguments, "-shared", str(SOURCE), *objects]
            run([*command, "-o", str(path), *link], plan.compiler)
    about = {
        "device": plan.device,
        "tensorflow": tf.__version__,
        "compiler": plan.compiler_version,
        "processor": platform.machine(),
        "cuda_architectures": list(plan.architectures),
    }
    write_json(plan.library.with_suffix(".json"), about)


def cuda_command(
    nvcc: str, compiler: str, architectures: Sequence[str], target: str, link: bool = False
) -> list[str]:
    """The command that compiles the CUDA kernels to an object file, or to a library."""
    codes = [f"-gencode=arch=compute_{name},code=sm_{name}" for name in architectures]
    output = ["-shared"] if link else ["-c"]
    return [
        *(nvcc, "-O3", "-std=c++17", "-ccbin", compiler, "-Xcompiler", "-fPIC", *codes, *output),
        *(f"-I{FOLDER}", str(CUDA_SOURCE), "-o", target),
    ]


def cuda_defines(nvcc: str) -> list[str]:
    """Flags for TensorFlow's side of the operations, so that it has kernels for a GPU."""
    return ["-DSTYLEGAN_CUDA", "-DGOOGLE_CUDA=1", f"-I{_toolkit(nvcc) / 'include'}"]


def _toolkit(nvcc: str) -> pathlib.Path:
    """The folder of nvcc's toolkit. It is asked: what is on the path may be a script elsewhere."""
    command = [nvcc, "--dryrun", "-c", str(CUDA_SOURCE), "-o", os.devnull]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    top = re.search(r"^#\$ TOP=(.+)$", result.stderr + result.stdout, re.MULTILINE)
    if top is None:
        raise BuildError(f"{nvcc} does not say where its toolkit is; let CUDA_HOME name the folder")
    return pathlib.Path(top[1].strip()).resolve()


def _cuda_runtime(home: pathlib.Path) -> pathlib.Path:
    for name in ("lib64/libcudart_static.a", "lib/libcudart_static.a"):
        if (home / name).exists():
            return home / name
    raise BuildError(
        f"the CUDA toolkit in {home} has no libcudart_static.a; install its runtime "
        f"(PyPI: nvidia-cuda-runtime), or let {CUDA_FOLDER_VARIABLE} name another toolkit"
    )


def run(command: Sequence[str], compiler: str) -> None:
    """Runs a compiler; raises BuildError with the cause if it fails."""
    try:
        result = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise BuildError(f"{compiler} was not done after {PATIENCE} s; see {PAGE}") from error
    if result.returncode:
        raise BuildError(explain(compiler, result.returncode, result.stderr + result.stdout))


def explain(compiler: str, code: int, output: str) -> str:
    """One line for a compiler's failure: its cause as far as its output tells, and a remedy."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    first = next(
        (line for line in lines if re.search(r"\berror\b", line)), lines[0] if lines else ""
    )
    missing = re.search(r"(\S+\.h)['\"]?(?:: No such file| file not found)", output)
    if missing:
        cause = f"it does not find the header {missing[1]}"
        remedy = (
            f"the CUDA toolkit is not whole: `make cuda` installs one, or let "
            f"{CUDA_FOLDER_VARIABLE} name another"
            if missing[1].startswith("cuda")
            else f"TensorFlow's headers do not fit {tf.__version__}, the version in use; "
            f"reinstall it with `pip install --force-reinstall tensorflow=={tf.__version__}`"
        )
    elif re.search(r"#error .*(GNU|gcc|clang|host) ?.*version|unsupported GNU version", output):
        cause = "nvcc does not work with this version of the C++ compiler"
        remedy = f"let {COMPILER_VARIABLE} name an older one"
    elif re.search(r"unsupported gpu architecture", output, re.IGNORECASE):
        cause = "this nvcc does not know the GPU's architecture"
        remedy = "install another version of it"
    elif re.search(r"std=c\+\+17|c\+\+17", first):
        cause = "it does not know C++17"
        remedy = f"let {COMPILER_VARIABLE} name a GCC from 9 or a Clang from 10 on"
    elif code < 0 or "Killed" in output or "out of memory" in output:
        cause = "it was ended from outside, most likely for want of memory (it needs 2 GB)"
        remedy = "close other programs and start again"
    else:
        cause = first[:300] or f"exit code {code} without a message"
        remedy = f"see {PAGE}"
    return f"{compiler} could not compile the native ops: {cause}; {remedy}"


def _version_of(compiler: str, what: str, variable: str) -> str:
    """The first line of `--version`; raises BuildError for a program that is no compiler."""
    try:
        run = subprocess.run(
            [compiler, "--version"], capture_output=True, text=True, timeout=60, check=False
        )
        output, failed = run.stdout, run.returncode != 0
    except (OSError, subprocess.TimeoutExpired):
        output, failed = "", True
    if failed or not re.search(r"\d+\.\d+", output):
        raise BuildError(
            f"{compiler} is not a working {what} (`{compiler} --version` names no version); "
            f"let {variable} name one that is"
        )
    release = re.search(r"release .*", output)  # nvcc says it in its fourth line
    return release[0] if release else output.splitlines()[0]


@contextlib.contextmanager
def _lock(path: pathlib.Path) -> Iterator[None]:
    """Holds a lock that the system lets go of when the process ends, however it ends."""
    with open(path, "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
