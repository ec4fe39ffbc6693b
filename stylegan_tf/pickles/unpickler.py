"""An unpickler that can build numbers, text, arrays and network states, and nothing else.

Python's own unpickler imports and calls whatever a file names. This one is a small interpreter of
the pickle opcodes (protocols 0 to 5) in which a global name is never imported: the few names that
NVIDIA's official files contain stand for constructors of our own, every other name is refused.
Nothing is copied or allocated on the word of the file alone: a length is checked against the bytes
that are there, and arrays are views of the file's own bytes.
"""

import codecs
import mmap
import struct
from typing import Any

from stylegan_tf.errors import InputError
from stylegan_tf.pickles.byte_reader import MAX_TEXT_BYTES, ByteReader
from stylegan_tf.pickles.errors import PickleFormatError, UnsafePickleError
from stylegan_tf.pickles.values import (
    NETWORK,
    TENSORFLOW,
    DType,
    Global,
    Instance,
    RawNetwork,
    Vocabulary,
    build_array,
    kind_of,
    pairs,
    settle,
    short,
)

MAX_OPCODES = 5_000_000  # an official file has about 10,000
MAX_INT_BYTES = 32


class _Mark:
    pass


def unpickle(data: bytes | mmap.mmap, vocabulary: Vocabulary = TENSORFLOW) -> Any:
    """Reads one pickle from `data`; networks come out as `RawNetwork`, arrays as read-only views.

    Args:
      data: the pickle.
      vocabulary: the names that it may use.

    Raises:
      UnsafePickleError: it names or does something that official network files do not.
      PickleFormatError: it is not a whole, well-formed pickle.
    """
    return unpickle_series(data, 1, vocabulary)[0][0]


def unpickle_series(
    data: bytes | memoryview | mmap.mmap,
    count: int,
    vocabulary: Vocabulary,
    max_opcodes: int = MAX_OPCODES,
) -> tuple[list[Any], int]:
    """Reads `count` pickles that stand one after the other.

    Returns their values, and the position after the last. Otherwise as `unpickle`, with
    `max_opcodes` instructions at most for each.
    """
    source = ByteReader(data)
    machine = None
    try:
        values = []
        for _ in range(count):
            machine = _Machine(source, len(data), vocabulary, max_opcodes)
            values.append(machine.run())
        return values, source.position
    except InputError:
        raise
    except (
        IndexError,
        KeyError,
        TypeError,
        ValueError,
        OverflowError,
        AttributeError,
        RecursionError,
        struct.error,
    ) as error:
        raise PickleFormatError(
            f"the pickle is damaged at byte {source.position}: {short(error)}"
        ) from error


class _Machine:
    """The pickle stack machine; `run` interprets opcodes until STOP."""

    def __init__(
        self, source: ByteReader, length: int, vocabulary: Vocabulary, max_opcodes: int
    ) -> None:
        self.bytes = source
        self._vocabulary = vocabulary
        self._max_opcodes = max_opcodes
        self._stack: list[Any] = []
        self._memo: dict[int, Any] = {}
        # Work that instructions may do beyond reading: recalling one large value over and over
        # must not multiply it.
        self._budget = 8 * length + MAX_TEXT_BYTES

    def run(self) -> Any:
        for _ in range(self._max_opcodes):
            opcode = self.bytes.take(1)[0]
            if opcode == _STOP:
                if len(self._stack) != 1:
                    raise PickleFormatError("the pickle is damaged: more than one value at its end")
                return settle(self._stack[0])
            handler = _HANDLERS.get(opcode)
            if handler is None:
                raise _refused_opcode(opcode, self.bytes.position - 1)
            handler(self)
        raise UnsafePickleError(f"the pickle has more than {self._max_opcodes:,} instructions")

    def _push(self, value: Any) -> None:
        self._stack.append(value)

    def _pop(self) -> Any:
        value = self._stack.pop()
        if value is _Mark:
            raise PickleFormatError("the pickle is damaged: a mark where a value should be")
        return value

    def _pop_to_mark(self) -> list[Any]:
        for index in range(len(self._stack) - 1, -1, -1):
            if self._stack[index] is _Mark:
                values = self._stack[index + 1 :]
                del self._stack[index:]
                return values
        raise PickleFormatError("the pickle is damaged: a mark is missing")

    def _spend(self, values: Any) -> None:
        for value in values:
            if isinstance(value, str | list | dict):
                self._budget -= len(value)
        if self._budget < 0:
            raise UnsafePickleError("the pickle uses its values over and over, as no network does")

    # Opcodes.

    def proto(self) -> None:
        version = self.bytes.take(1)[0]
        if version > 5:
            raise PickleFormatError(f"pickle protocol {version} is not known")

    def frame(self) -> None:
        self.bytes.number("<Q")

    def mark(self) -> None:
        self._push(_Mark)

    def pop(self) -> None:
        self._stack.pop()

    def pop_mark(self) -> None:
        self._pop_to_mark()

    def integer_line(self) -> None:
        text = self.bytes.line()
        if text in ("00", "01"):  # protocol 0's False and True
            self._push(text == "01")
        else:
            self._push(_small_int(text))

    def long_line(self) -> None:
        self._push(_small_int(self.bytes.line().removesuffix("L")))

    def long1(self) -> None:
        count = self.bytes.take(1)[0]
        if count > MAX_INT_BYTES:
            raise UnsafePickleError(f"the pickle holds an integer of {count} bytes")
        self._push(int.from_bytes(self.bytes.take(count), "little", signed=True))

    def float_line(self) -> None:
        self._push(float(self.bytes.line()))

    def string_line(self) -> None:
        text = self.bytes.line()
        if len(text) < 2 or text[0] != text[-1] or text[0] not in "'\"" or "\\" in text:
            raise PickleFormatError("a text that the pickle holds is malformed")
        self._push(text[1:-1])

    def unicode_line(self) -> None:
        # The codec itself: to look it up by name would import a module for it.
        self._push(self.bytes.line(codecs.raw_unicode_escape_decode))

    def old_string(self, count: int) -> None:
        # Python 2 kept bytes and text in one type. ASCII is text, else these are an array's bytes.
        piece = bytes(self.bytes.take(count))
        self._push(piece.decode("ascii") if piece.isascii() else piece)

    def data(self, count: int) -> None:
        self._push(self.bytes.take(count))

    def make_tuple(self, count: int) -> None:
        if count:
            values = [self._pop() for _ in range(count)]
            self._push(tuple(reversed(values)))
        else:
            self._push(())

    def append(self, values: list[Any]) -> None:
        target = self._stack[-1]
        if type(target) is not list:
            raise PickleFormatError("the pickle appends to something that is not a list")
        target.extend(values)

    def set_items(self, values: list[Any]) -> None:
        target = self._stack[-1]
        target = target.value if isinstance(target, Instance) else target
        if type(target) is not dict:
            raise PickleFormatError("the pickle sets items of something that is not a dict")
        target.update(pairs(values))

    def memoize(self, index: int) -> None:
        if not self._stack or self._stack[-1] is _Mark:
            raise PickleFormatError("the pickle is damaged: nothing to remember")
        if index < 0 or index > MAX_OPCODES:
            raise UnsafePickleError(f"the pickle remembers a value as number {index:,}")
        self._memo[index] = self._stack[-1]

    def recall(self, index: int) -> None:
        if index not in self._memo:
            raise PickleFormatError(f"the pickle recalls a value {index} that it never stored")
        self._push(self._memo[index])

    def find_global(self, module: Any, name: Any) -> None:
        if not isinstance(module, str) or not isinstance(name, str):
            raise PickleFormatError("the pickle names a global that is not text")
        kind = self._vocabulary.known.get((module, name))
        if kind is None:
            raise UnsafePickleError(
                f"the pickle wants to use {short(f'{module}.{name}')!r}, which no TensorFlow "
                "network file of NVIDIA's contains; nothing of it was run. " + _origin_hint(module)
            )
        self._push(Global(module, name, kind))

    def stack_global(self) -> None:
        name = self._pop()
        self.find_global(self._pop(), name)

    def new_object(self) -> None:
        arguments = self._pop()
        kind = kind_of(self._pop())
        if arguments != () or kind not in (NETWORK, "dict"):
            raise UnsafePickleError(f"the pickle makes a {kind} with arguments of its own")
        self._push(Instance(kind, {} if kind == "dict" else None))

    def reduce(self) -> None:
        arguments = self._pop()
        kind = kind_of(self._pop())
        if type(arguments) is not tuple:
            raise PickleFormatError("the pickle calls something without an argument tuple")
        self._spend(arguments)
        call = self._vocabulary.calls.get(kind)
        self._push(_refuse_call(kind) if call is None else call(*arguments))

    def add_items(self) -> None:
        values = self._pop_to_mark()
        target = self._stack[-1]
        if type(target) is not set or any(type(value) is not str for value in values):
            raise UnsafePickleError("the pickle adds something else than texts to a set")
        target.update(values)

    def persistent(self) -> None:
        identifier = self._pop()
        if self._vocabulary.persistent is None:
            raise _refused_opcode(ord("Q"), self.bytes.position - 1)
        self._push(self._vocabulary.persistent(identifier))

    def build(self) -> None:
        state = self._pop()
        target = self._stack[-1]
        self._spend(state if type(state) is tuple else (state,))
        if type(target) is DType:
            target.set_state(state)
            return
        if type(target) is not Instance:
            raise UnsafePickleError(
                f"the pickle sets the state of a {type(target).__name__}, not of a network or array"
            )
        if target.kind == "ndarray":
            if target.value is not None:
                raise UnsafePickleError("the pickle sets the state of one array twice")
            target.value = build_array(state)
        elif target.kind == NETWORK:
            if target.value is not None or type(state) is not dict:
                raise UnsafePickleError("the pickle sets the state of a network in an unknown way")
            target.value = RawNetwork(state)
        elif type(state) is dict:
            target.value.update(state)  # EasyDict's attributes are its items
        else:
            raise UnsafePickleError("the pickle sets the state of a dict in an unknown way")


def _refuse_call(kind: str) -> Any:
    raise UnsafePickleError(f"the pickle calls {kind}, which official network files do not")


def _origin_hint(module: str) -> str:
    if module.partition(".")[0] in ("torch", "torch_utils"):
        return "It looks like a PyTorch pickle (StyleGAN2-ADA or StyleGAN3): use the TensorFlow one"
    if module.startswith("dnnlib"):
        return "It may hold a whole training state: only the networks are read here"
    return "Do not trust the file"


def _refused_opcode(opcode: int, position: int) -> InputError:
    if opcode in _REFUSED:
        return UnsafePickleError(
            f"the pickle uses {_REFUSED[opcode]} (byte {position:,}), which official network files "
            "do not; nothing of it was run"
        )
    return PickleFormatError(
        f"not a pickle: byte {position:,} is {opcode:#04x}, which is no pickle instruction"
    )


def _small_int(text: str) -> int:
    if len(text) > 2 * MAX_INT_BYTES:
        raise UnsafePickleError(f"the pickle holds an integer of {len(text)} digits")
    return int(text)


_STOP = ord(".")
_HANDLERS = {
    ord(code) if isinstance(code, str) else code: handler
    for code, handler in {
        0x80: _Machine.proto,
        0x95: _Machine.frame,
        "(": _Machine.mark,
        "0": _Machine.pop,
        "1": _Machine.pop_mark,
        "N": lambda m: m._push(None),
        0x88: lambda m: m._push(True),
        0x89: lambda m: m._push(False),
        "I": _Machine.integer_line,
        "L": _Machine.long_line,
        0x8A: _Machine.long1,
        "J": lambda m: m._push(m.bytes.number("<i")),
        "K": lambda m: m._push(m.bytes.number("<B")),
        "M": lambda m: m._push(m.bytes.number("<H")),
        "F": _Machine.float_line,
        "G": lambda m: m._push(m.bytes.number(">d")),
        "S": _Machine.string_line,
        "T": lambda m: m.old_string(m.bytes.number("<i")),
        "U": lambda m: m.old_string(m.bytes.number("<B")),
        "V": _Machine.unicode_line,
        0x8C: lambda m: m._push(m.bytes.text(m.bytes.number("<B"))),
        "X": lambda m: m._push(m.bytes.text(m.bytes.number("<I"))),
        0x8D: lambda m: m._push(m.bytes.text(m.bytes.number("<Q"))),
        "C": lambda m: m.data(m.bytes.number("<B")),
        "B": lambda m: m.data(m.bytes.number("<I")),
        0x8E: lambda m: m.data(m.bytes.number("<Q")),
        ")": lambda m: m.make_tuple(0),
        0x85: lambda m: m.make_tuple(1),
        0x86: lambda m: m.make_tuple(2),
        0x87: lambda m: m.make_tuple(3),
        "t": lambda m: m._push(tuple(m._pop_to_mark())),
        "]": lambda m: m._push([]),
        "l": lambda m: m._push(m._pop_to_mark()),
        "a": lambda m: m.append([m._pop()]),
        "e": lambda m: m.append(m._pop_to_mark()),
        "}": lambda m: m._push({}),
        "d": lambda m: m._push(pairs(m._pop_to_mark())),
        "s": lambda m: m.set_items([m._pop(), m._pop()][::-1]),
        "u": lambda m: m.set_items(m._pop_to_mark()),
        "p": lambda m: m.memoize(_small_int(m.bytes.line())),
        "q": lambda m: m.memoize(m.bytes.number("<B")),
        "r": lambda m: m.memoize(m.bytes.number("<I")),
        0x94: lambda m: m.memoize(len(m._memo)),
        "g": lambda m: m.recall(_small_int(m.bytes.line())),
        "h": lambda m: m.recall(m.bytes.number("<B")),
        "j": lambda m: m.recall(m.bytes.number("<I")),
        "c": lambda m: m.find_global(m.bytes.line(), m.bytes.line()),
        0x93: _Machine.stack_global,
        0x81: _Machine.new_object,
        "R": _Machine.reduce,
        "b": _Machine.build,
        "Q": _Machine.persistent,
        0x8F: lambda m: m._push(set()),
        0x90: _Machine.add_items,
    }.items()
}
_REFUSED = {
    ord("i"): "INST",
    ord("o"): "OBJ",
    ord("P"): "PERSID",
    ord("Q"): "BINPERSID",
    0x82: "EXT1",
    0x83: "EXT2",
    0x84: "EXT4",
    0x92: "NEWOBJ_EX",
    0x97: "NEXT_BUFFER",
    0x98: "READONLY_BUFFER",
    0x96: "BYTEARRAY8",
    0x8B: "LONG4",
    0x91: "FROZENSET",
    ord("2"): "DUP",
}
