"""Hostile input files, a table: kind → name of the case → what is in the file."""

import io
import struct
import zipfile

import numpy as np


def _npy(header, data=b""):
    text = header.encode("latin-1")
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + data


def _saved(array):
    file = io.BytesIO()
    np.save(file, array, allow_pickle=True)
    return file.getvalue()


def _archive(content, break_at=None):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.npy", content)
    value = bytearray(file.getvalue())
    if break_at is not None:
        value[break_at : break_at + 8] = b"\xff" * 8
    return bytes(value)


_WHOLE = _saved(np.zeros((18, 512), np.float32))
_SHAPE = "{'descr': '<f4', 'fortran_order': False, 'shape': %s, }"

ARRAYS = {
    "empty": b"",
    "text": b"hello\n",
    "cut": _WHOLE[:1000],
    "cut_in_header": _WHOLE[:40],
    "magic_alone": b"\x93NUMPY",
    "version_9": b"\x93NUMPY\x09\x00" + _WHOLE[8:],
    "archive": _archive(_WHOLE),
    "no_archive": b"PK\x03\x04" + b"\0" * 100,
    "objects": _saved(np.array([None] * 512, object)),
    "text_array": _saved(np.array(["a"] * 512)),
    "bytes_array": _saved(np.array([b"a"] * 512)),
    "integers": _saved(np.zeros((18, 512), np.int64)),
    "complex": _saved(np.zeros((18, 512), np.complex64)),
    "structured": _saved(np.zeros(512, [("a", "<f4")])),
    "dates": _saved(np.zeros(512, "datetime64[s]")),
    "nan": _saved(np.full((18, 512), np.nan, np.float32)),
    "inf": _saved(np.full((18, 512), np.inf, np.float32)),
    "beyond_float32": _saved(np.full((18, 512), 1e300)),
    "huge_float32": _saved(np.full((18, 512), 1e38, np.float32)),
    "no_rows": _saved(np.zeros((0, 512), np.float32)),
    "scalar": _saved(np.float32(1)),
    "z_code": _saved(np.zeros((1, 512), np.float32)),
    "wide": _saved(np.zeros((18, 513), np.float32)),
    "five_axes": _saved(np.zeros((1, 1, 1, 18, 512), np.float32)),
    "states_terabytes": _npy(_SHAPE % "(1000000000000, 512)"),
    "states_overflow": _npy(_SHAPE % "(99999999999, 99999999999, 99999999999)"),
    "negative_shape": _npy(_SHAPE % "(-1, 512)"),
    "shape_of_text": _npy(_SHAPE % "('a', 512)"),
    "open_bracket": _npy("{'descr': '<f4', 'shape': ((((((("),
    "open_quote": _npy("{'descr': '''"),
    "deep": _npy("[" * 9000),
    "a_call": _npy("{'descr': __import__('os').system('true')}"),
    "a_list": _npy("[1, 2, 3]"),
    "a_number_of_5000_digits": _npy(_SHAPE % f"({'9' * 5000},)"),
    "unknown_type": _npy("{'descr': '<f3', 'fortran_order': False, 'shape': (512,), }"),
    "type_is_none": _npy("{'descr': None, 'fortran_order': False, 'shape': (512,), }"),
    "header_states_64_kib": b"\x93NUMPY\x01\x00\xff\xff" + b" " * 70_000,
    "version_2_states_4_gib": b"\x93NUMPY\x02\x00\xff\xff\xff\xff{}",
    "nul": _npy("\0" * 100),
}

ARCHIVES = {
    **{name: ARRAYS[name] for name in ("empty", "text", "cut", "magic_alone", "no_archive")},
    "an_array": _WHOLE,
    "cut_archive": _archive(_WHOLE)[:60],
    "damaged_deflate": _archive(_WHOLE, break_at=40),
    "no_array_inside": _archive(b"hello"),
    "objects_inside": _archive(ARRAYS["objects"]),
    "crafted_header_inside": _archive(ARRAYS["open_bracket"]),
    "bomb_inside": _archive(ARRAYS["states_terabytes"]),
}

_DIGITS = "9" * 5000

SEQUENCES = {  # .csv
    "empty": b"",
    "blank": b"\n\n\n",
    "nul": b"emotion\n\0\n",
    "latin_1": b"emotion\ntrist\xe9\n",
    "utf_16": "emotion\nfear\n".encode("utf-16"),
    "header_alone": b"emotion,seconds\n",
    "unknown_emotion": b"emotion\nbored\n",
    "ragged": b"emotion,seconds\nfear,1,2,3\n",
    "field_of_a_megabyte": b"emotion\n" + b"a" * (1 << 20) + b"\n",
    "number_of_5000_digits": f"emotion,seconds\nfear,{_DIGITS}\n".encode(),
    "emotion_of_5000_digits": f"emotion\n{_DIGITS}\n".encode(),
    "seconds_nan": b"emotion,seconds\nfear,nan\n",
    "seconds_inf": b"emotion,seconds\nfear,inf\n",
    "seconds_1e300": b"emotion,seconds\nfear,1e300\n",
    "seconds_negative": b"emotion,seconds\nfear,-1\n",
    "seconds_word": b"emotion,seconds\nfear,long\n",
    "strength_1e38": b"emotion,strength\nfear,1e38\n",
    "strength_nan": b"emotion,strength\nfear,nan\n",
    "share_inf": b"emotion\nfear:inf\n",
    "share_1e38": b"emotion\nfear:1e38+anger\n",
    "hold_1e300": b"emotion,hold\nfear,1e300\n",
    "hold_beyond_seconds": b"emotion,seconds,hold\nfear,1,2\n",
    "unknown_column": b"emotion,colour\nfear,red\n",
    "open_quote": b'emotion\n"fear\n',
}

JSON_SEQUENCES = {
    "empty": b"",
    "text": b"hello",
    "nul": b"\0",
    "deep": b"[" * 10_000 + b"]" * 10_000,
    "object": b'{"emotion": "fear"}',
    "number": b"3",
    "number_of_5000_digits": f"[{_DIGITS}]".encode(),
    "seconds_of_5000_digits": f'[{{"emotion": "fear", "seconds": {_DIGITS}}}]'.encode(),
    "nan": b'[{"emotion": "fear", "seconds": NaN}]',
    "infinity": b'[{"emotion": "fear", "strength": Infinity}]',
    "1e400": b'[{"emotion": "fear", "strength": 1e400}]',
    "list_in_list": b'[["fear"]]',
    "null": b"[null]",
    "emotion_is_an_object": b'[{"emotion": {"a": 1}}]',
    "seconds_is_a_list": b'[{"emotion": "fear", "seconds": [1]}]',
    "cut": b'[{"emotion": "fe',
}

_HEAD = "frame,seconds,emotion,calm,anger,happiness,surprise,disgust,fear,sadness\n"

LABELS = {
    **{name: SEQUENCES[name] for name in ("empty", "blank", "latin_1", "utf_16", "ragged", "nul")},
    "other_columns": b"a,b\n1,2\n",
    "too_few_fields": (_HEAD + "0,0,fear\n").encode(),
    "too_many_fields": (_HEAD + "0,0,fear,0,0,0,0,0,1,0,9,9\n").encode(),
    "frame_is_a_word": (_HEAD + "x,0,fear,0,0,0,0,0,1,0\n").encode(),
    "frame_is_a_fraction": (_HEAD + "0.5,0,fear,0,0,0,0,0,1,0\n").encode(),
    "frame_of_5000_digits": (_HEAD + f"{_DIGITS},0,fear,0,0,0,0,0,1,0\n").encode(),
    "frame_negative": (_HEAD + "-1,0,fear,0,0,0,0,0,1,0\n").encode(),
    "seconds_1e300": (_HEAD + "0,1e300,fear,0,0,0,0,0,1,0\n").encode(),
    "seconds_nan": (_HEAD + "0,nan,fear,0,0,0,0,0,1,0\n").encode(),
    "probability_inf": (_HEAD + "0,0,fear,0,0,0,0,0,inf,0\n").encode(),
    "probability_word": (_HEAD + "0,0,fear,0,0,0,0,0,much,0\n").encode(),
    "unknown_emotion": (_HEAD + "0,0,bored,0,0,0,0,0,1,0\n").encode(),
}

_FACES = "frame,seconds,shot,person,left,top,right,bottom,confidence,file\n"

FACE_TABLES = {
    **{name: SEQUENCES[name] for name in ("empty", "blank", "latin_1", "utf_16", "ragged")},
    "without_confidence": _FACES.replace(",confidence", "").encode(),
    "outside": (_FACES + "0,0,0,0,0,0,1,1,1,../precious.txt\n").encode(),
    "absolute": (_FACES + "0,0,0,0,0,0,1,1,1,/etc/passwd\n").encode(),
    "no_file": (_FACES + "0,0,0,0,0,0,1,1,1,\n").encode(),
    "box_nan": (_FACES + "0,0,0,0,nan,0,1,1,1,a.png\n").encode(),
    "frame_word": (_FACES + "x,0,0,0,0,0,1,1,1,a.png\n").encode(),
}

FACE_LABELS = {
    **{name: SEQUENCES[name] for name in ("empty", "blank", "latin_1", "utf_16", "ragged")},
    "empty_field": b"name,subject,emotion\na,,fear\n",
    "outside": b"name,subject,emotion\n../a,b,fear\n",
    "confidence_word": b"name,subject,emotion,confidence\na,b,fear,much\n",
    "confidence_nan": b"name,subject,emotion,confidence\na,b,fear,nan\n",
    "confidence_1e300": b"name,subject,emotion,confidence\na,b,fear,1e300\n",
    "without_subject": b"name,emotion\na,fear\n",
}

PICTURES = {
    "empty": b"",
    "text": b"hello",
    "cut_png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\4\0\0\0\4\0\x08\2\0\0\0",
    "bomb": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff\x08\2\0\0\0"
    + struct.pack(
        ">I", __import__("zlib").crc32(b"IHDR\x7f\xff\xff\xff\x7f\xff\xff\xff\x08\2\0\0\0")
    ),
    "cut_jpeg": b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1",
    "gif_header": b"GIF89a\xff\xff\xff\xff\0\0\0",
}

TABLES = {  # that need a column `emotion`
    **{
        name: SEQUENCES[name]
        for name in ("empty", "blank", "nul", "latin_1", "utf_16", "ragged", "field_of_a_megabyte")
    },
    "open_quote": SEQUENCES["open_quote"],
    "other_columns": b"a,b\n1,2\n",
    "column_twice": b"emotion,emotion\nfear,fear\n",
    "column_without_a_name": b"emotion,\nfear,1\n",
    "short_row": b"emotion,a\nfear\n",
    "quote_in_the_middle": b'emotion\n"fe"ar\n',
    "carriage_return_alone": b"emotion\nfe\rar\n\0",
}

NO_JSON = {
    **{name: JSON_SEQUENCES[name] for name in ("empty", "text", "nul", "deep", "cut", "nan")},
    "number_of_5000_digits": JSON_SEQUENCES["number_of_5000_digits"],
    "infinity": JSON_SEQUENCES["infinity"],
    "1e400": JSON_SEQUENCES["1e400"],
    "utf_16": "[1]".encode("utf-16"),
    "latin_1": b'["\xe9"]',
    "deep_objects": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "just_too_deep": b"[" * 41 + b"]" * 41,
}
OBJECTS = {  # JSON, but none of ours
    "list": b"[1]",
    "number": b"3",
    "null": b"null",
    "text_value": b'"a"',
    "empty_object": b"{}",
    "other_keys": b'{"a": 1}',
    "form_and_lists": b'{"form": 1, "pairs": [1], "models": 3, "size": "a", "question": []}',
    "pairs_are_a_number": b'{"form": 1, "pairs": 7}',
    "size_is_null": b'{"size": null, "shard": 1, "seed": 1, "version": 1, "parameters": 3}',
    "parameters_null": b'{"size": 1, "shard": 1, "seed": 1, "version": 1, "parameters": null}',
}
_FILE = b'{"bytes": 4, "sha256": "' + b"0" * 64 + b'"}'
_RECORD = b'{"program": "a", "version": "1", "flags": {}, "inputs": {}, "files": {"%s": %s}}'
RECORDS = {
    **OBJECTS,
    "outside": _RECORD % (b"../a", _FILE),
    "absolute": _RECORD % (b"/etc/passwd", _FILE),
    "dots_in_between": _RECORD % (b"a/../../b", _FILE),
    "no_plain_path": _RECORD % (b"a//b", _FILE),
    "no_name": _RECORD % (b"", _FILE),
    "nul_in_name": _RECORD % (b"a\\u0000b", _FILE),
    "size_negative": _RECORD % (b"a", _FILE.replace(b"4", b"-4")),
    "size_is_a_fraction": _RECORD % (b"a", _FILE.replace(b"4", b"4.5")),
    "checksum_short": _RECORD % (b"a", _FILE.replace(b"000", b"")),
    "file_is_a_list": _RECORD % (b"a", b"[1]"),
    "inputs_are_a_list": b'{"program": "a", "version": "1", "flags": {}, "inputs": [1]}',
    "input_of_three": (
        b'{"program": "a", "version": "1", "flags": {}, "inputs": {"a": [["b", "c", "d"]]}}'
    ),
    "network_is_a_text": (
        b'{"program": "a", "version": "1", "flags": {}, "inputs": {}, "network": "a"}'
    ),
    "items_are_null": (
        b'{"program": "a", "version": "1", "flags": {}, "inputs": {}, "items": null}'
    ),
}
_FACE = b'{"0": {"image": {"file_path": "%s", "face_landmarks": %s}, "in_the_wild": %s}}'
_POINTS = b"[" + b",".join([b"[1, 2]"] * 68) + b"]"
_QUAD = b'{"face_quad": [[1, 2], [1, 2], [1, 2], [1, 2]]}'
FFHQ = {
    "list": b"[1]",
    "number": b"3",
    "other_keys": b'{"0": {"a": 1}}',
    "key_is_a_word": b'{"a": {}}',
    "outside": _FACE % (b"../a.png", _POINTS, _QUAD),
    "absolute": _FACE % (b"/a.png", _POINTS, _QUAD),
    "too_few_points": _FACE % (b"a.png", b"[[1, 2]]", _QUAD),
    "huge_points": _FACE % (b"a.png", _POINTS.replace(b"2]", b"1e300]"), _QUAD),
    "words_for_points": _FACE % (b"a.png", _POINTS.replace(b"2]", b'"a"]'), _QUAD),
    "quad_is_null": _FACE % (b"a.png", _POINTS, b"null"),
}
CELEBA = {
    "empty": b"",
    "latin_1": b"1\nA\n\xe9.jpg 1\n",
    "count_of_5000_digits": _DIGITS.encode() + b"\nA\na.jpg 1\n",
    "count_is_a_word": b"many\nA\na.jpg 1\n",
    "count_negative": b"-1\nA\n",
    "too_few_rows": b"2\nA\na.jpg 1\n",
    "too_few_fields": b"1\nA B\na.jpg 1\n",
    "a_value_of_2": b"1\nA\na.jpg 2\n",
}
