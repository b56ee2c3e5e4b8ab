"""Every row of the feature table that is due is cited by a test that proves it."""

import ast
from pathlib import Path

TESTS = Path(__file__).resolve().parent
DUE = frozenset(range(1, 37))


def cited_in(path: Path) -> set[int]:
    """Return the rows that a file's markers name, such as `pytest.mark.feature(17)`."""
    calls = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
    return {
        argument.value
        for call in calls
        if ast.unparse(call.func) == "pytest.mark.feature"
        for argument in call.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, int)
    }


def test_every_row_that_is_due_is_cited():
    cited = set().union(*(cited_in(path) for path in TESTS.rglob("test_*.py")))

    assert sorted(DUE - cited) == []
