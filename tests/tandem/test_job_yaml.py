import pytest

from tandem.job_yaml import dotted, read


def problems(text: bytes) -> list[str]:
    return [str(problem) for problem in read(text, "job.yaml").problems]


def test_values_remember_where_their_keys_stand() -> None:
    written = read(b"name: a\nscope:\n  include: [x,\n    y]\n", "job.yaml")
    assert written.value == {"name": "a", "scope": {"include": ["x", "y"]}}
    assert str(written.place(("scope", "include"))) == "job.yaml:3:3"
    assert str(written.place(("scope", "include", 1))) == "job.yaml:4:5"
    assert str(written.place(("scope", "nowhere"))) == "job.yaml:2:1"


def test_a_key_without_a_value_was_not_written() -> None:
    assert read(b"name: a\nscope:\n  # max_pages: 3\n", "job.yaml").value == {"name": "a"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"a: 1\nb: 2\na: 3\n", "job.yaml:3:1: a: is written twice, first in line 1"),
        (b"a:\n\tb: 1\n", "job.yaml:2:1: a tab stands here; YAML is indented with spaces"),
        (b"a: [1, 2\n", "job.yaml:2:1: no valid YAML: expected ',' or ']', but got '<stream end>'"),
        (b"a: &x [*x]\n", "job.yaml:1:4: a[0]: aliases (*name) repeat too much here; write the values out"),
        (b"a: *x\n", "job.yaml:1:4: no valid YAML: found undefined alias 'x'"),
        (
            b"a: !!python/name:os.system x\n",
            "job.yaml:1:4: a: the tag tag:yaml.org,2002:python/name:os.system",
        ),
        (b"a: 2024-13-45\n", "job.yaml:1:4: a: cannot be read (month must be in 1..12); put text in quotes"),
        (b"a: !!bool perhaps\n", "job.yaml:1:4: a: cannot be read ('perhaps'); put text in quotes"),
        (b"a: !!int ''\n", "job.yaml:1:4: a: cannot be read ("),
        (b"a: !!timestamp x\n", "job.yaml:1:4: a: cannot be read ("),
        (b"a: {<<: {b: 1}}\n", "job.yaml:1:5: a: merging with << is not supported; write the keys out"),
        (b"? [a]\n: 1\n", "job.yaml:1:3: a key must be a word"),
        (b"\xff", "job.yaml: is not UTF-8 text (byte 0)"),
        (b"", "job.yaml: is empty"),
        (b"[" * 5000, "job.yaml: is nested deeper than 32 levels"),
        (b"a: " + b"x" * 1_000_000, "job.yaml: has 1,000,003 bytes; a job file has at most 1,000,000"),
    ],
)
def test_what_is_wrong_is_one_clear_line(text: bytes, said: str) -> None:
    (problem,) = problems(text)
    assert problem.startswith(said)
    assert "\n" not in problem


def test_an_alias_bomb_is_cut_short() -> None:
    bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
    bomb += "".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    assert len(problems(bomb.encode())) == 1


def test_an_honest_alias_is_written_out() -> None:
    assert read(b"a: &x [1]\nb: *x\n", "job.yaml").value == {"a": [1], "b": [1]}


def test_a_path_is_spelled_as_in_set() -> None:
    assert dotted(("select", 0, "fields", "price")) == "select[0].fields.price"
