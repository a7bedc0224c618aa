"""Numbers of any size are read, solved with and written; an ask is written as it was."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction

import frlm_cases
import pytest

from corridor.cli.frlm import _words
from corridor.core.errors import InputError
from corridor.frlm import parse_instance, solve_instance
from corridor.frlm.instance.document import json_text, parse_document
from corridor.frlm.instance.exact import nearest


def _answer(*changes, ask=None):
    """Solve the star with some of its text changed."""
    document = frlm_cases.star()
    document["asks"] = [ask or {"objective": "max_flow", "stations": 3}]
    text = json.dumps(document)
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    [answer] = solve_instance(parse_instance(parse_document(text, "star")))
    return answer


def _written(answer):
    return json.loads(answer.json_line(), parse_float=Decimal)


def test_a_length_beyond_every_float_is_explained():
    answer = _answer(('"x", 5', '"x", 1e400'))
    assert answer.value == 1
    assert Decimal(_written(answer)["uncoverable"][0]["distance"]) > Decimal("1e400")
    assert "takes 1e+400" in _words(answer)


@pytest.mark.parametrize(
    ("flow", "written", "words"),
    [
        ("1e400", "3" + "0" * 400, "OPTIMAL 3e+400"),
        ("9" * 3990 + "e4000", "3E+7990", "OPTIMAL 3e+7990"),
        ("1e-400", "3E-400", "OPTIMAL 3e-400"),
        ("0.1", "0.3", "OPTIMAL 0.3"),
    ],
)
def test_a_flow_of_any_size_is_written(flow, written, words):
    answer = _answer(('"flow": 1', f'"flow": {flow}'))
    assert f'"value": {written},' in answer.json_line()
    assert words in _words(answer)
    assert Decimal(_written(answer)["driven"]) == Decimal(written)


def test_a_number_no_float_comes_near_keeps_its_digits():
    assert nearest(Fraction(1, 3)) == 1 / 3
    assert nearest(Fraction(0)) == 0
    assert nearest(Fraction(2, 3) / 10**400) == Decimal("6.6666666666666667E-401")


@pytest.mark.parametrize("spare", ["1000000000000000000000000000000", "1e4000"])
def test_a_backup_of_more_than_there_is_means_all_there_is(spare):
    ask = {"objective": "max_flow", "stations": 3, "backup": 7}
    answer = _answer(('"backup": 7', f'"backup": {spare}'), ask=ask)
    assert answer.value == 0
    assert all("loss of 3 of them" in short.reason for short in answer.uncoverable)
    assert Decimal(_written(answer)["ask"]["backup"]) == Decimal(spare)


def test_an_ask_is_written_as_it_was():
    notes = '{"why": [0.50, {"more": 1e400}, null, true, "\\u516d"], "empty": [{}, []]}'
    ask = f'{{"objective": "max_flow", "budget": 0.1000000000000000000001, "notes": {notes}}}'
    document = frlm_cases.star()
    [answer] = solve_instance(
        parse_instance(
            parse_document(json.dumps(document | {"asks": []})[:-3] + f"[{ask}]" + "}", "star")
        )
    )
    for ascii_only in (False, True):
        line = answer.json_line(ascii_only=ascii_only)
        assert '"budget": 0.1000000000000000000001' in line
        assert json.loads(line, parse_float=Decimal)["ask"] == json.loads(ask, parse_float=Decimal)
        assert line.isascii() == ascii_only


def test_what_is_nested_deeply_is_written():
    value = []
    for _ in range(5000):
        value = [value]
    assert json_text(value) == "[" * 5001 + "]" * 5001


def test_fuel_shares_that_have_nothing_in_common_are_refused_at_once():
    document = frlm_cases.star()
    trip = document["trips"][0]
    document["trips"] = [
        {**trip, "convention": {"start_fuel": f"1/{10**3000 + k}"}} for k in range(300)
    ]
    with pytest.raises(InputError, match="common denominator"):
        parse_instance(document)
