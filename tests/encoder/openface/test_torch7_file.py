import itertools
import random
import struct
import sys
import time

import numpy as np
import pytest

from encoder.openface.torch7_file import (
    MAX_DEPTH,
    MAX_FILE_BYTES,
    Torch7FileError,
    Torch7Module,
    parse_torch7,
    read_torch7_file,
)

# Audit events (PEP 578) of what a file must not cause.
FORBIDDEN_EVENTS = {
    "compile",
    "ctypes.dlopen",
    "exec",
    "import",
    "marshal.loads",
    "open",
    "os.system",
    "pickle.find_class",
    "socket.connect",
    "subprocess.Popen",
}


# Values in Lua Torch's binary form, sound and hostile ones.
def number(value: float) -> bytes:
    return struct.pack("<id", 1, value)


def text(value: str) -> bytes:
    return struct.pack("<i", 2) + bare_text(value)


def bare_text(value: str) -> bytes:
    return struct.pack("<i", len(value)) + value.encode("latin-1")


def boolean(value: int) -> bytes:
    return struct.pack("<ii", 5, value)


NIL = struct.pack("<i", 0)


class Writer:
    """Numbers tables and objects as Lua Torch does."""

    def __init__(self) -> None:
        self._indices = itertools.count(1)

    def table(self, entries: dict[bytes, bytes], count: int | None = None) -> bytes:
        head = struct.pack("<iii", 3, next(self._indices), len(entries) if count is None else count)
        return head + b"".join(key + value for key, value in entries.items())

    def object(self, kind: str, body: bytes, version: str | None = "V 1") -> bytes:
        head = struct.pack("<ii", 4, next(self._indices))
        if version is not None:
            head += bare_text(version)
        return head + bare_text(kind) + body

    def storage(self, values: list[float], count: int | None = None) -> bytes:
        body = struct.pack("<q", len(values) if count is None else count)
        return self.object("torch.FloatStorage", body + struct.pack(f"<{len(values)}f", *values))

    def tensor(self, sizes, strides, offset: int, storage: bytes, kind: str = "Float") -> bytes:
        body = struct.pack("<i", len(sizes))
        body += struct.pack(f"<{len(sizes) + len(strides)}q", *sizes, *strides)
        body += struct.pack("<q", offset) + storage
        return self.object(f"torch.{kind}Tensor", body)

    def module(self, kind: str, fields: dict[str, bytes]) -> bytes:
        body = self.table({text(name): value for name, value in fields.items()})
        return self.object(kind, body)


def test_values_come_back():
    writer = Writer()
    storage = writer.storage([0, 1, 2, 3, 4, 5, 6])
    fields = {
        "number": number(2.5),
        "text": text("nn"),
        "yes": boolean(1),
        "nothing": NIL,
        "turned": writer.tensor([2, 3], [1, 2], 2, storage),
        "empty": writer.tensor([], [], 1, NIL),
        "list": writer.table({number(1): number(7), number(2): text("b")}),
    }
    module = parse_torch7(writer.module("nn.Thing", fields))
    assert isinstance(module, Torch7Module)
    assert (module.kind, module.version) == ("Thing", 1)
    assert module.fields["number"] == 2.5
    assert module.fields["text"] == "nn"
    assert module.fields["yes"] is True
    assert module.fields["nothing"] is None
    np.testing.assert_array_equal(module.fields["turned"], [[1, 3, 5], [2, 4, 6]])
    assert module.fields["empty"].size == 0
    assert module.fields["list"] == {1.0: 7.0, 2.0: "b"}
    with pytest.raises(ValueError, match="read-only"):
        module.fields["turned"][0, 0] = 1


def test_known_index_is_a_reference():
    writer = Writer()
    storage = writer.storage([1, 2, 3])  # the writer's object 1
    reference = struct.pack("<ii", 4, 1)
    table = writer.table(
        {
            number(1): writer.tensor([3], [1], 1, storage),
            number(2): writer.tensor([2], [1], 2, reference),
        }
    )
    first, second = parse_torch7(table).values()
    np.testing.assert_array_equal(first, [1, 2, 3])
    np.testing.assert_array_equal(second, [2, 3])
    assert np.shares_memory(first, second)


def test_objects_without_a_version_are_of_version_0():
    writer = Writer()
    module = parse_torch7(writer.object("nn.Old", writer.table({}), version=None))
    assert (module.kind, module.version, module.fields) == ("Old", 0, {})


def test_openface_file_is_read(openface_file):
    root = read_torch7_file(openface_file)
    first = root.fields["modules"][1.0]
    assert (root.kind, first.kind, first.version) == ("Sequential", "SpatialConvolutionMM", 1)
    assert first.fields["weight"].shape == (64, 147)
    inception = root.fields["modules"][14.0]
    branch = inception.fields["modules"][1.0].fields["modules"][3.0]
    assert inception.fields["pool"] is branch.fields["modules"][1.0]


IMPOSTORS = {
    "an LFS pointer": (
        b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 31510785\n",
        "is a Git LFS pointer",
    ),
    "a web page": (b"\n<!DOCTYPE html><html>Not found</html>", "is a web page"),
    "a PyTorch file": (b"PK\x03\x04\x00\x00", "is a zip archive, which is what PyTorch saves"),
    "a pickle": (b"\x80\x02}q\x00.", "is a Python pickle"),
    "xz": (b"\xfd7zXZ\x00\x00", "is an xz archive; unpack it first"),
    "text form": (b"4\n1\n3\nV 1\n13\nnn.Sequential\n", "in its text form"),
    "nothing": (b"", "is empty"),
    "noise": (bytes(range(100, 200)), "at byte 0 stands a value of kind 1734763876"),
    "three bytes": (b"\x04\x00\x00", "is cut short: it ends at byte 3 amid a value"),
}


@pytest.mark.parametrize("name", IMPOSTORS)
def test_other_files_are_named(tmp_path, name):
    data, message = IMPOSTORS[name]
    path = tmp_path / "nn4.small2.v1.t7"
    path.write_bytes(data)
    with pytest.raises(Torch7FileError, match=message) as caught:
        read_torch7_file(path)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_missing_and_enormous_files_are_refused(tmp_path):
    with pytest.raises(Torch7FileError, match="there is no file"):
        read_torch7_file(tmp_path / "none.t7")
    path = tmp_path / "large.t7"
    with open(path, "wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    with pytest.raises(Torch7FileError, match="has 268435457 bytes; at most 268435456 are read"):
        read_torch7_file(path)


def attacks():
    """Hostile values and what must be said of them."""

    def nested(depth):
        heads = (struct.pack("<iii", 3, index, 1) + number(1) for index in range(depth))
        return b"".join(heads) + number(1)

    def tensor(sizes, strides, offset, values, kind="Float"):
        writer = Writer()
        return writer.tensor(sizes, strides, offset, writer.storage(values), kind)

    writer = Writer()
    return {
        "function": (struct.pack("<ii", 6, 1) + b"os.execute", "a Lua function at byte 0"),
        "recursive function": (struct.pack("<i", 8), "a Lua function"),
        "class": (writer.object("torch.PipeFile", b""), "class 'torch.PipeFile'"),
        "class of Python": (writer.object("os.system", b""), "class 'os.system'"),
        "dotted class": (writer.object("nn.a.b", b""), "class 'nn.a.b'"),
        "kind 9": (struct.pack("<i", 9), "a value of kind 9"),
        "kind -1": (struct.pack("<i", -1), "a value of kind -1"),
        "boolean 7": (boolean(7), "a boolean of value 7"),
        "text of 2 GiB": (struct.pack("<ii", 2, 2**31 - 1), "a text of 2147483647 bytes"),
        "text of -1": (struct.pack("<ii", 2, -1), "a text of -1 bytes"),
        "table of 2^31": (writer.table({}, count=2**31 - 1), "a table of 2147483647 entries"),
        "table of -1": (writer.table({}, count=-1), "a table of -1 entries"),
        "nil key": (writer.table({NIL: number(1)}), "a key that is no number"),
        "table key": (writer.table({writer.table({}): number(1)}), "a key that is no number"),
        "same key": (writer.table({}, 2) + (number(1) + NIL) * 2, "the key 1.0 twice"),
        "deep": (nested(MAX_DEPTH + 2), f"nests more than {MAX_DEPTH} deep"),
        "very deep": (nested(100_000), f"nests more than {MAX_DEPTH} deep"),
        "itself": (
            struct.pack("<iii", 3, 5, 1) + number(1) + struct.pack("<ii", 3, 5),
            "contains itself, at byte 28",
        ),
        "table as object": (
            struct.pack("<iii", 3, 9, 2)
            + (number(1) + struct.pack("<iii", 3, 8, 0))
            + (number(2) + struct.pack("<ii", 4, 8)),
            "takes a table for an object",
        ),
        "module without fields": (writer.object("nn.ReLU", number(1)), "without a table of fields"),
        "storage of 2^62": (Writer().storage([1], 2**62), "a storage of 4611686018427387904"),
        "storage of -1": (Writer().storage([1], -1), "a storage of -1 numbers"),
        "9 dimensions": (tensor([1] * 9, [1] * 9, 1, [1]), "a tensor of 9 dimensions"),
        "-1 dimensions": (writer.object("torch.FloatTensor", struct.pack("<i", -1)), "-1 dimen"),
        "beyond": (tensor([3], [1], 2, [1, 2, 3]), "does not lie within its 3 numbers"),
        "offset 0": (tensor([3], [1], 0, [1, 2, 3]), "does not lie within its 3 numbers"),
        "offset 2^63": (tensor([3], [1], 2**63 - 1, [1, 2, 3]), "does not lie within"),
        "size 2^62": (tensor([2**62], [1], 1, [1, 2, 3]), "does not lie within"),
        "sizes that overflow": (tensor([2**32, 2**32], [0, 0], 1, [1]), "does not lie within"),
        "broadcast": (tensor([1000], [0], 1, [1]), "does not lie within its 1 numbers"),
        "stride -1": (tensor([3], [-1], 3, [1, 2, 3]), r"strides \[-1\]"),
        "stride 2^62": (tensor([2], [2**62], 1, [1, 2, 3]), "does not lie within"),
        "size 0": (tensor([0], [1], 1, [1]), r"sizes \[0\]"),
        "another storage": (tensor([1], [1], 1, [1], "Double"), "whose storage is of another kind"),
        "table for storage": (
            writer.tensor([1], [1], 1, writer.table({})),
            "whose storage is of another kind",
        ),
        "no storage": (Writer().tensor([4], [1], 1, NIL), r"sizes \[4\] and no numbers"),
        "more after it": (number(1) + b"\0", "has 1 bytes too many"),
        "values without end": (
            writer.table({number(k): NIL for k in range(200_000)}),
            "holds more than 262144 values",
        ),
    }


ATTACKS = attacks()


@pytest.mark.parametrize("name", ATTACKS)
def test_hostile_values_are_refused(name):
    data, message = ATTACKS[name]
    with pytest.raises(Torch7FileError, match=message):
        parse_torch7(data)


def test_stride_of_a_single_element_means_nothing():
    writer = Writer()
    data = writer.tensor([1, 2], [2**62, 1], 1, writer.storage([1, 2]))
    np.testing.assert_array_equal(parse_torch7(data), [[1, 2]])


class Watch:
    """Collects forbidden audit events while `on`. A hook stays for the life of the process."""

    def __init__(self):
        self.on, self.events = False, []
        sys.addaudithook(self._hook)

    def _hook(self, event, arguments):
        if self.on and event in FORBIDDEN_EVENTS:
            self.events.append(f"{event} {arguments!r:.80}")


def test_damaged_files_end_in_one_error(openface_bytes):
    """A thousand damaged heads of the golden file: refused or read, quickly, executing nothing."""
    generator = random.Random(0)
    watch = Watch()
    messages = []
    small = sound_file()
    assert isinstance(parse_torch7(small), Torch7Module)
    for case in range(1000):
        data = bytearray(small if case % 4 else openface_bytes[: generator.randrange(200_000)])
        for _ in range(generator.choice([1, 1, 2, 8])):
            damage(data, generator)
        start = time.monotonic()
        watch.on = True
        try:
            parse_torch7(bytes(data))
        except Torch7FileError as error:
            messages.append(str(error))
        finally:
            watch.on = False
        assert time.monotonic() - start < 5
    assert not watch.events
    assert len(messages) > 700
    assert max(map(len, messages)) < 300
    assert not any("\n" in message for message in messages)


def sound_file():
    """A module with every kind of value, a few hundred bytes."""
    writer = Writer()
    inner = writer.module("nn.ReLU", {"threshold": number(0), "inplace": boolean(0)})
    fields = {
        "modules": writer.table({number(1): inner, number(2): inner[:8]}),
        "weight": writer.tensor([2, 3], [3, 1], 1, writer.storage([1, 2, 3, 4, 5, 6])),
        "_type": text("torch.FloatTensor"),
        "nothing": NIL,
    }
    return writer.module("nn.Sequential", fields)


def damage(data, generator):
    """Changes, removes or inserts a few bytes, most of them where lengths and indices stand."""
    if not data:
        return
    at = generator.randrange(len(data))
    kind = generator.randrange(4)
    if kind == 0:
        data[at] = generator.randrange(256)
    elif kind == 1:
        value = generator.choice([-1, 0, 1, 2, 7, 255, 65536, 2**31 - 1, -(2**31)])
        data[at // 4 * 4 : at // 4 * 4 + 4] = struct.pack("<i", value)
    elif kind == 2:
        del data[at : at + generator.randrange(1, 64)]
    else:
        data[at:at] = generator.randbytes(generator.randrange(1, 16))
