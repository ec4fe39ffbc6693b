"""Feeds damaged and hostile pickles to the unpickler and watches what it does.

Nothing may be executed, imported or opened, no case may take over 5 s or make the process grow by
over 1 GiB, and each must end in `PickleFormatError` or its subclass `UnsafePickleError` (a damaged
real file may also load, where only numbers or texts have changed). Ten thousand cases:

  python tests/stylegan_tf/pickles/fuzz_pickles.py --cases=10000
"""

import argparse
import collections
import io
import lzma
import pathlib
import pickle
import random
import resource
import struct
import sys
import time
import zipfile
from collections.abc import Callable, Iterator

import numpy as np

from stylegan_tf.pickles.errors import PickleFormatError
from stylegan_tf.pickles.network_state import NetworkState
from stylegan_tf.pickles.reader import networks_in
from stylegan_tf.pickles.writer import write_pickle

DATA = pathlib.Path(__file__).parents[2] / "data" / "networks"
MAX_SECONDS = 5.0
MAX_BYTES = 1 << 30
# Audit events (PEP 578) of anything that a pickle must not cause.
FORBIDDEN_EVENTS = {
    "builtins.input",
    "code.__new__",
    "compile",
    "ctypes.dlopen",
    "exec",
    "import",
    "marshal.loads",
    "object.__setattr__",
    "open",
    "os.exec",
    "os.fork",
    "os.mkdir",
    "os.remove",
    "os.spawn",
    "os.system",
    "pickle.find_class",
    "socket.connect",
    "subprocess.Popen",
    "urllib.Request",
}


class Watch:
    """Collects forbidden audit events while `on`. A hook stays for the life of the process."""

    def __init__(self) -> None:
        self.on = False
        self.events: list[str] = []
        sys.addaudithook(self._hook)

    def _hook(self, event: str, arguments: tuple) -> None:
        if self.on and event in FORBIDDEN_EVENTS:
            self.events.append(f"{event} {str(arguments)[:80]}")


def small_pickle(folder: pathlib.Path) -> bytes:
    """A pickle with the form of an official StyleGAN2 file and few numbers in it."""
    arrays = {
        "lod": np.zeros((), np.float32),
        "dlatent_avg": np.arange(8, dtype=np.float32),
    }
    weights = {f"4x4/Conv{i}/weight": np.full([1, 1, 2, i + 1], i, np.float32) for i in range(5)}
    part = NetworkState("G_synthesis_stylegan2", "G_synthesis", {"resolution": 4}, weights)
    options = {"resolution": 4, "fmap_decay": 1.0, "resample_kernel": [1, 3, 3, 1], "dtype": None}
    state = NetworkState("G_main", "Gs", options, arrays, {"synthesis": part})
    path = folder / "small.pkl"
    write_pickle(path, [state, NetworkState("D_stylegan2", "D", {}, weights), state])
    return path.read_bytes()


GOLDEN = ("progan_64", "ada_tfc32", "ada_ptc32", "sg3_sg2pt32")


def golden_pickle(name: str) -> bytes:
    """An official file as NVIDIA's own code wrote it."""
    return lzma.decompress((DATA / f"{name}.pkl.xz").read_bytes())


def _global(module: str, name: str) -> bytes:
    return (
        b"\x8c"
        + bytes([len(module)])
        + module.encode()
        + (b"\x8c" + bytes([len(name)]) + name.encode() + b"\x93")
    )


def _old_global(module: str, name: str) -> bytes:
    return f"c{module}\n{name}\n".encode()


class _Evil:
    def __init__(self, function: Callable, *arguments: object) -> None:
        self.call = (function, arguments)

    def __reduce__(self) -> tuple:
        return self.call


def attacks() -> dict[str, bytes]:
    """Hand-made hostile pickles, each of which must be refused."""
    cases = {}
    calls = {
        "os.system": ("os", "system"),
        "posix.system": ("posix", "system"),
        "builtins.eval": ("builtins", "eval"),
        "builtins.exec": ("builtins", "exec"),
        "builtins.getattr": ("builtins", "getattr"),
        "builtins.__import__": ("builtins", "__import__"),
        "builtins.open": ("builtins", "open"),
        "importlib": ("importlib", "import_module"),
        "subprocess.Popen": ("subprocess", "Popen"),
        "runpy": ("runpy", "run_path"),
        "numpy.load": ("numpy", "load"),
        "numpy.fromfile": ("numpy", "fromfile"),
        "numpy.zeros": ("numpy", "zeros"),
        "numpy.frombuffer": ("numpy", "frombuffer"),
        "numpy.memmap": ("numpy", "memmap"),
        "numpy f2py": ("numpy.f2py.diagnose", "run_command"),
        "numpy testing": ("numpy.testing._private.utils", "runstring"),
        "dotted name": ("numpy", "ndarray.tofile"),
        "dotted network": ("dnnlib.tflib.network", "Network.__init__.__globals__"),
        "copyreg": ("copyreg", "_reconstructor"),
        "operator": ("operator", "attrgetter"),
        "functools": ("functools", "partial"),
        "torch": ("torch._utils", "_rebuild_tensor_v2"),
        "torch source": ("torch_utils.persistence", "_reconstruct_persistent_obj"),
        "webbrowser": ("webbrowser", "open"),
        "ctypes": ("ctypes", "CDLL"),
        "codecs.open": ("_codecs", "lookup"),
        "empty names": ("", ""),
    }
    for name, names in calls.items():
        argument = b"\x8c\x04true\x85"
        cases[f"REDUCE {name}"] = b"\x80\x04" + _global(*names) + argument + b"R."
        cases[f"GLOBAL {name}"] = b"\x80\x02" + _old_global(*names) + b"X\x04\0\0\0true\x85R."
        cases[f"INST {name}"] = b"(S'true'\ni" + "\n".join(names).encode() + b"\n."
        cases[f"OBJ {name}"] = b"(" + _old_global(*names) + b"S'true'\no."
        cases[f"NEWOBJ {name}"] = b"\x80\x04" + _global(*names) + argument + b"\x81."
        cases[f"NEWOBJ_EX {name}"] = b"\x80\x04" + _global(*names) + argument + b"}\x92."
        cases[f"BUILD {name}"] = b"\x80\x04" + _global(*names) + b"}b."
    for protocol in range(6):
        cases[f"eval {protocol}"] = pickle.dumps(_Evil(eval, "1+1"), protocol)
        nested = {"version": 4, "static_kwargs": {"resolution": _Evil(eval, "1+1")}}
        cases[f"eval nested {protocol}"] = pickle.dumps((nested, nested, nested), protocol)
        cases[f"object array {protocol}"] = pickle.dumps(np.array([_Evil(eval, "1")]), protocol)
        cases[f"structured {protocol}"] = pickle.dumps(np.zeros(2, "f4,O"), protocol)
        cases[f"datetime {protocol}"] = pickle.dumps(np.zeros(2, "M8[s]"), protocol)
        cases[f"set {protocol}"] = pickle.dumps({1, 2}, protocol)
        cases[f"class {protocol}"] = pickle.dumps(collections.Counter("abc"), protocol)
        cases[f"plain data {protocol}"] = pickle.dumps({"a": [1, 2.5, None, True]}, protocol)
    network = b"\x80\x04" + _global("dnnlib.tflib.network", "Network")
    ndarray, dtype = _global("numpy", "ndarray"), _global("numpy", "dtype")
    reconstruct = _global("numpy.core.multiarray", "_reconstruct")
    empty = reconstruct + ndarray + b"K\0\x85C\x01b\x87R"
    f4 = dtype + b"\x8c\x02f4\x89\x88\x87R"
    huge = b"\x8a\x08" + struct.pack("<q", 2**62)
    cases |= {
        "network class": network + b".",
        "network without state": network + b")\x81.",
        "network with arguments": network + b"K\x01\x85\x81.",
        "network called": network + b")R.",
        "network state twice": network + b")\x81}b}b.",
        "network state a list": network + b")\x81]b.",
        "network in itself": network + b")\x81\x94}(\x8c\x0acomponents}\x8c\x01ah\0su"
        b"\x8c\x07versionK\x04sb.",
        "huge array": b"\x80\x04" + empty + b"(K\x01" + huge + b"\x85" + f4 + b"\x89C\x04abcdtb.",
        "negative shape": b"\x80\x04" + empty + b"(K\x01J\xff\xff\xff\xff\x85" + f4 + b"\x89C\0tb.",
        "float shape": b"\x80\x04" + empty + b"(K\x01G@\0\0\0\0\0\0\0\x85" + f4 + b"\x89C\0tb.",
        "many dimensions": b"\x80\x04"
        + empty
        + b"(K\x01("
        + b"K\x01" * 200
        + b"t"
        + f4
        + b"\x89C\x04abcdtb.",
        "array without state": b"\x80\x04" + empty + b".",
        "array state twice": b"\x80\x04"
        + empty
        + 2 * (b"(K\x01K\x01\x85" + f4 + b"\x89C\x04abcdtb")
        + b".",
        "array of objects": b"\x80\x04"
        + empty
        + b"(K\x01K\x01\x85"
        + dtype
        + b"\x8c\x01O\x89\x88\x87R\x89]tb.",
        "subclass of ndarray": b"\x80\x04"
        + reconstruct
        + _global("numpy", "dtype")
        + b"K\0\x85C\x01b\x87R.",
        "allocating _reconstruct": b"\x80\x04" + reconstruct + ndarray + huge + b"\x85C\x01b\x87R.",
        "ndarray constructor": b"\x80\x04" + ndarray + huge + b"\x85\x85R.",
        "ndarray NEWOBJ": b"\x80\x04" + ndarray + huge + b"\x85\x85\x81.",
        "dtype of text": b"\x80\x04" + dtype + b"\x8c\x0aO,V999999999\x89\x88\x87R.",
        "dtype metadata": b"\x80\x04"
        + f4
        + b"(K\x04\x8c\x01<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\0}tb.",
        "scalar of objects": b"\x80\x04"
        + _global("numpy.core.multiarray", "scalar")
        + dtype
        + b"\x8c\x01O\x89\x88\x87RC\x04abcd\x86R.",
        "encode to disk": b"\x80\x04"
        + _global("_codecs", "encode")
        + b"\x8c\x01a\x8c\x03hex\x86R.",
        "memo bomb": b"\x80\x04" + b"]r\xff\xff\xff\xff.",
        "text memo bomb": b"]p99999999999999999999999999\n.",
        "huge bytes": b"\x80\x04\x8e" + struct.pack("<Q", 2**63 - 1) + b"abc.",
        "huge text": b"\x80\x04\x8d" + struct.pack("<Q", 2**40) + b"abc.",
        "huge BINBYTES": b"\x80\x04B\xff\xff\xff\xffabc.",
        "negative BINSTRING": b"\x80\x02T\xff\xff\xff\xffabc.",
        "huge frame": b"\x80\x04\x95" + struct.pack("<Q", 2**63) + b"]r\xff\xff\xff\xff.",
        "bytearray": b"\x80\x05\x96" + struct.pack("<Q", 2**40) + b".",
        "out of band buffer": b"\x80\x05\x97.",
        "long integer": b"\x80\x02\x8b\xff\xff\xff\x7f" + b"\xff" * 100 + b".",
        "long text integer": b"I" + b"9" * 4000 + b"\n.",
        "long text integer L": b"L" + b"9" * 4000 + b"L\n.",
        "endless line": b"I" + b"9" * 100_000,
        "billion laughs": b"\x80\x04]\x94"
        + b"".join(b"(" + (b"h" + bytes([i])) * 10 + b"t\x94" for i in range(200))
        + b".",
        "dict refill": b"\x80\x04"
        + _global("dnnlib.util", "EasyDict")
        + b")\x81}("
        + b"".join(b"\x8c\x05%05dN" % i for i in range(20_000))
        + b"u\x94"
        + b"h\x00b" * 30_000
        + b".",
        "text refill": b"\x80\x04X"
        + struct.pack("<I", 1 << 20)
        + b"a" * (1 << 20)
        + b"\x94"
        + (_old_global("_codecs", "encode") + b"h\0\x85R") * 20_000
        + b".",
        "deep lists": b"\x80\x04" + b"]" * 200_000 + b"a" * 199_999 + b".",
        "deep tuples": b"\x80\x04)" + b"\x85" * 500_000 + b".",
        "deep marks": b"\x80\x04" + b"(" * 1_000_000 + b".",
        "mark storm": b"\x80\x04" + b"(1" * 1_000_000 + b".",
        "colliding keys": b"\x80\x04}("
        + b"".join(
            b"\x8a\x0c" + ((2**61 - 1) * i).to_bytes(12, "little") + b"N" for i in range(20_000)
        )
        + b"u.",
        "list as key": b"\x80\x04}]Ns.",
        "self-containing list": b"\x80\x04]\x94h\0a.",
        "self-containing dict": b"\x80\x04}\x94\x8c\x01ah\0s.",
        "persistent id": b"P0\n.",
        "binary persistent id": b"\x80\x04K\0Q.",
        "extension": b"\x80\x02\x82\x01.",
        "stack underflow": b"\x80\x04\x87.",
        "no mark": b"\x80\x04t.",
        "recall unknown": b"\x80\x04h\x05.",
        "two values": b"\x80\x04NN.",
        "nothing": b"\x80\x04.",
        "no end": b"\x80\x04N",
        "empty": b"",
        "protocol 9": b"\x80\x09N.",
        "not a pickle": b"hello world",
        "bad text": b"\x80\x04\x8c\x02\xff\xfe.",
        "bad float": b"Fnan but not\n.",
    }
    return cases


def _number(value: int) -> bytes:
    return b"\x8a\x08" + struct.pack("<q", value)


def _bytes(data: bytes) -> bytes:
    return b"B" + struct.pack("<I", len(data)) + data


def _zip(content: bytes, depth: int = 1) -> bytes:
    """A zip archive in a zip archive, `depth` of them, with `content` in the innermost."""
    for _ in range(depth):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("archive/data.pkl", content)
        content = file.getvalue()
    return content


def _storage(
    stated: int,
    data: bytes,
    length: int | None = None,
    keys: bytes = b"](\x8c\x010e",
    kind: bytes = b"ctorch\nFloatStorage\n",
    extra: bytes = b"",
) -> bytes:
    """A storage as `torch.save` wrote it before its zip archives, with lies where wanted."""
    machine = {"protocol_version": 1001, "little_endian": True, "type_sizes": {}}
    identifier = b"(\x8c\x07storage" + kind + b"\x8c\x010\x8c\x03cpu" + _number(stated) + b"Nt"
    return (
        pickle.dumps(0x1950A86A20F9469CFC6C, 2)
        + pickle.dumps(1001, 2)
        + pickle.dumps(machine, 2)
        + b"\x80\x02"
        + extra
        + identifier
        + b"Q.\x80\x02"
        + keys
        + b"."
        + struct.pack("<q", stated if length is None else length)
        + data
    )


def torch_attacks() -> dict[str, bytes]:
    """Hand-made bombs of zip archives and of torch's older storages; each must be refused."""
    load = _global("torch.storage", "_load_from_bytes")
    tensor = _global("torch._utils", "_rebuild_tensor_v2")
    module = _global("torch_utils.persistence", "_reconstruct_persistent_obj")

    def loading(data: bytes) -> bytes:
        return load + _bytes(data) + b"\x85R"

    def network(value: bytes) -> bytes:
        return b"\x80\x04}\x8c\x05G_ema" + value + b"s."

    def viewing(offset: int, size: list[int], stride: list[int]) -> bytes:
        numbers = [b"(" + b"".join(map(_number, part)) + b"t" for part in (size, stride)]
        view = loading(_storage(4, bytes(16))) + _number(offset) + b"".join(numbers)
        return network(tensor + b"(" + view + b"\x89}tR")

    bomb = _zip(bytes(1 << 26))
    four = _storage(4, bytes(16))
    nested = four
    for _ in range(8):
        nested = _storage(4, bytes(16), extra=loading(nested) + b"0")
    values = {
        "storage of a zip bomb": loading(bomb),
        "storage of nested zips": loading(_zip(bytes(1 << 20), 30)),
        "storage of itself": loading(nested),
        "storage of too many numbers": loading(_storage(2**62, bytes(16))),
        "storage of fewer than no numbers": loading(_storage(-1, b"")),
        "storage of two lengths": loading(_storage(4, bytes(16), length=2**40)),
        "storage cut short": loading(four[:-1]),
        "storage with more behind it": loading(four + bytes(4)),
        "storage of another's key": loading(_storage(4, bytes(16), keys=b"](\x8c\x011e")),
        "storage of many keys": loading(
            _storage(4, bytes(16), keys=b"](" + b"\x8c\x010" * 100_000 + b"e")
        ),
        "storage of doubles": loading(_storage(4, bytes(16), kind=b"ctorch\nDoubleStorage\n")),
        "storage of many instructions": loading(_storage(4, bytes(16), extra=b"N0" * 1_000_000)),
        "storage of marks": loading(_storage(4, bytes(16), extra=b"(1" * 1_000_000)),
        "storage of a text": load + b"\x8c\x04abcd\x85R",
        "storage of nothing": loading(b""),
        "many storages": b"](" + _bytes(four) + b"\x940" + (load + b"h\0\x85R") * 60_000 + b"e",
        "set of objects": _global("builtins", "set") + b"](]e\x85R",
        "module whose parts are its state": module
        + b"}(\x8c\x04type\x8c\x05class\x8c\x07versionK\x06\x8c\x0aclass_name\x8c\x09Generator"
        + b"\x8c\x05state}\x94(\x8c\x08_modules}(\x8c\x09synthesish\0\x8c\x07mappingh\0u"
        + b"\x8c\x08_buffers}\x8c\x0b_parameters}uu\x85R",
    }
    return {
        "zip archive": _zip(four),
        "zip bomb": bomb,
        "nested zips": _zip(bomb, 100),
        "pickle before a zip": b"\x80\x02" + bomb,
        "tensor larger than its storage": viewing(0, [2**30] * 3, [0] * 3),
        "tensor of one number over and over": viewing(0, [2**40], [0]),
        "tensor far behind its storage": viewing(2**62, [1], [1]),
        "tensor with wide steps": viewing(0, [2, 2], [2**61, 1]),
        "tensor that goes back": viewing(3, [4], [-1]),
        "tensor of many dimensions": viewing(0, [1] * 10_000, [1] * 10_000),
        "tensor before its storage": viewing(-1, [1], [1]),
        **{name: network(value) for name, value in values.items()},
    }


def mutations(sources: list[bytes], seed: int) -> Iterator[bytes]:
    """Endlessly: real pickles with bytes changed, cut, doubled, moved, or opcodes put in."""
    rng = random.Random(seed)
    opcodes = bytes(range(256))
    known = attacks() | torch_attacks()
    hostile = [bytes(case) for case in known.values() if len(case) < 400]
    while True:
        data = bytearray(rng.choice(sources))
        # Most of a file is numbers, in which a change is harmless: aim at its first part too.
        reach = len(data) if rng.random() < 0.5 else min(len(data), 4000)
        for _ in range(rng.choice([1, 1, 2, 5, 20])):
            at, size = rng.randrange(reach), rng.choice([1, 1, 2, 4, 30, 300])
            match rng.randrange(7):
                case 0:
                    data[at : at + 1] = bytes([rng.choice(opcodes)])
                case 1:
                    data[at % len(data)] ^= 1 << rng.randrange(8)
                case 2:
                    del data[at : at + size]
                case 3:
                    data[at:at] = data[at : at + size]
                case 4:
                    data[at:at] = rng.randbytes(size)
                case 5:
                    data[at:at] = rng.choice(hostile)
                case _:
                    data = data[: at + 1]
            reach = min(reach, len(data))
            if not reach:
                break
        yield bytes(data)


def run_case(data: bytes, watch: Watch) -> str:
    """Reads one pickle; returns what came of it. Raises AssertionError for misbehaviour."""
    start, watch.events = time.process_time(), []
    watch.on, message = True, ""
    try:
        networks_in(data)
        outcome = "loaded"
    except PickleFormatError as error:
        outcome, message = type(error).__name__, str(error)
    finally:
        watch.on = False
    seconds = time.process_time() - start  # a busy machine must not fail a case
    assert "\n" not in message, f"a message of several lines: {message}"
    assert len(message) < 500, f"a message of {len(message)} characters"
    assert not watch.events, f"forbidden: {watch.events[:3]}"
    assert seconds < MAX_SECONDS, f"{seconds:.1f} s"
    return outcome


def fuzz(cases: int, folder: pathlib.Path, seed: int = 0) -> dict[str, int]:
    """Runs all attacks and then mutated real pickles, `cases` in all; returns outcome → count."""
    watch, outcomes = Watch(), collections.Counter()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    hostile = attacks() | torch_attacks()
    for name, data in hostile.items():
        outcome = run_case(data, watch)
        assert outcome != "loaded", f"the attack {name!r} was loaded"
        outcomes[outcome] += 1
    sources = [small_pickle(folder)] * 4 + [golden_pickle(name) for name in GOLDEN]
    for number, data in enumerate(mutations(sources, seed), start=len(hostile)):
        if number >= cases:
            break
        outcomes[run_case(data, watch)] += 1
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    assert grown < MAX_BYTES, f"the process grew by {grown >> 20} MiB"
    outcomes["MiB grown"] = grown >> 20
    return dict(outcomes)


if __name__ == "__main__":
    import tempfile

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        start = time.perf_counter()
        print(fuzz(options.cases, pathlib.Path(temporary), options.seed))
        print(f"{time.perf_counter() - start:.0f} s")
