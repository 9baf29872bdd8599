"""Which of many vectors are nearest to one, exactly: float32 values of length 1, compared by DuckDB."""

from collections.abc import Sequence

import duckdb
import pyarrow as pa

_NEAREST = """
SELECT number FROM vectors ORDER BY array_inner_product(vector, ?::FLOAT[{dimension}]) DESC, number LIMIT ?
"""


def nearest(rows: Sequence[tuple[int, bytes]], to: Sequence[float], most: int) -> list[int]:
    """The numbers of the nearest rows, the nearest first; rows are numbers and their vectors."""
    dimension = len(to)
    usable = [(number, vector) for number, vector in rows if len(vector) == 4 * dimension]
    if not usable:
        return []
    values = pa.Array.from_buffers(
        pa.float32(), len(usable) * dimension, [None, pa.py_buffer(b"".join(vector for _, vector in usable))]
    )
    table = pa.table(
        {
            "number": pa.array([number for number, _ in usable], pa.int64()),
            "vector": pa.FixedSizeListArray.from_arrays(values, dimension),
        }
    )
    with duckdb.connect(":memory:", config={"threads": "1"}) as connection:
        connection.register("vectors", table)
        query = _NEAREST.format(dimension=dimension)
        return [int(number) for (number,) in connection.execute(query, [list(to), most]).fetchall()]
