"""A process of its own that opens one workbook: a native abort or a bomb can end only this child.

Run by path, not as a module (importing the package would load the whole application): the asking
line (JSON) and the file come on stdin, an answer line (JSON) and pieces of rows go to stdout.
"""

import io
import json
import math
import pickle
import resource
import sys

import python_calamine

PIECE = 1_000  # rows
Answer = tuple[dict[str, object], list[bytes]]


def _limit(memory: int, cpu_s: int) -> None:
    """Bound the address space (bytes) and CPU time; no core file may hold personal data."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _open(data: bytes, name: str | None) -> tuple[str, list[str], python_calamine.CalamineSheet]:
    """Return the chosen (or first filled) visible sheet; raises LookupError with a code."""
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    names = [
        meta.name
        for meta in book.sheets_metadata
        if meta.visible is python_calamine.SheetVisibleEnum.Visible
        and meta.typ is python_calamine.SheetTypeEnum.WorkSheet
    ]
    if name is not None and name not in names:
        raise LookupError("no_sheet")
    cover = None  # a cover of one line does not hide the list behind it
    for one in names if name is None else [name]:
        sheet = book.get_sheet_by_name(one)
        # `total_height` counts from 0: 0 is one line, or none.
        if not sheet.height or sheet.end is None:
            continue
        if sheet.height > 1:
            return one, names, sheet
        cover = cover or (one, names, sheet)
    if cover is None:
        raise LookupError("empty")
    return cover


def _cell(cell: object) -> object:
    """A number without a value (NaN, infinity) is only text: nobody can count with it."""
    return str(cell) if isinstance(cell, float) and not math.isfinite(cell) else cell


def _read(asked: dict[str, int], data: bytes, name: str | None) -> Answer:
    chosen, names, sheet = _open(data, name)
    last_row, last_column = sheet.end or (0, 0)  # total_height counts one row too few
    height, width = last_row + 1, last_column + 1
    if height > asked["rows"] + 1:  # and the header
        raise LookupError("too_many_rows")
    if width > asked["columns"]:
        raise LookupError("too_many_columns")
    pieces, piece = [], []
    for row in sheet.iter_rows():
        piece.append([_cell(cell) for cell in row])
        if len(piece) == PIECE:
            pieces.append(pickle.dumps(piece, pickle.HIGHEST_PROTOCOL))
            piece = []
    pieces.append(pickle.dumps(piece, pickle.HIGHEST_PROTOCOL))
    return {"name": chosen, "names": names, "height": height}, pieces


def _answer(asked: dict[str, int], data: bytes, name: str | None) -> Answer:
    try:
        return _read(asked, data, name)
    except LookupError as error:
        return {"code": str(error)}, []
    except python_calamine.PasswordError:
        return {"code": "encrypted"}, []
    except MemoryError:
        return {"code": "bomb"}, []
    except (python_calamine.CalamineError, OSError, ValueError, OverflowError):
        return {"code": "broken"}, []


def main() -> None:
    """Answer the one question on stdin."""
    asked = json.loads(sys.stdin.buffer.readline())
    name = asked.pop("sheet_name")
    _limit(asked["memory"], asked["cpu_s"])
    answer, pieces = _answer(asked, sys.stdin.buffer.read(), name)
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
    sys.stdout.buffer.writelines(pieces)


if __name__ == "__main__":
    main()
