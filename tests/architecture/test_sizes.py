"""No file above 400 lines, no function above 40. The list of exceptions is empty and stays so."""

from __future__ import annotations

import statistics

from tests.architecture.source import ROOT, functions, name_of, product_files, tree

MOST_LINES_IN_A_FILE = 400
MOST_LINES_IN_A_FUNCTION = 40
MEDIAN_FUNCTION = 10
MOST_LINES_IN_A_CONNECTOR = 200


def test_no_file_is_longer_than_somebody_reads_at_once() -> None:
    paths = [*product_files(), *(ROOT / "tests").rglob("*.py"), *(ROOT / "bench").rglob("*.py")]
    long = [name_of(path) for path in paths if len(path.read_text().splitlines()) > MOST_LINES_IN_A_FILE]
    assert not long


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for path in product_files()
        for node in functions(tree(path))
        if (node.end_lineno or node.lineno) - node.lineno + 1 > MOST_LINES_IN_A_FUNCTION
    ]
    assert not long


def test_no_connector_is_longer_than_200_lines() -> None:
    connectors = [path for path in product_files() if path.name == "connector.py"]
    assert connectors
    assert not [name_of(path) for path in connectors if len(path.read_text().splitlines()) >= MOST_LINES_IN_A_CONNECTOR]


def test_the_usual_function_is_short() -> None:
    sizes = [
        (node.end_lineno or node.lineno) - node.lineno + 1 for path in product_files() for node in functions(tree(path))
    ]
    assert statistics.median(sizes) <= MEDIAN_FUNCTION
