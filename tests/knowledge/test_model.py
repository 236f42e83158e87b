from __future__ import annotations

import datetime as dt

import pytest
from pydantic import ValidationError

from knowledge.model import Duration, Submission, SubmissionMethod, TimeUnit
from tests.knowledge.procedures import procedure


def test_a_duration_may_be_written_short() -> None:
    way = Submission.model_validate({"method": "online", "time": "1.5 day"})
    assert way == Submission(method=SubmissionMethod.ONLINE, time=Duration(value=1.5, unit=TimeUnit.DAY))


@pytest.mark.parametrize("time", ["0 day", "-1 day", "5", "5 weeks", ""])
def test_what_is_no_duration(time: str) -> None:
    with pytest.raises(ValidationError):
        Submission.model_validate({"method": "online", "time": time})


@pytest.mark.parametrize("code", ["1.004222", "1.004222.000.00.00.H40", "MC.the-bao-hiem-y-te"])
def test_codes(code: str) -> None:
    assert procedure(code).code == code


@pytest.mark.parametrize("code", ["", "1.0042", "MC.", "MC.Có dấu", "1.004222; DROP TABLE"])
def test_what_is_no_code(code: str) -> None:
    with pytest.raises(ValidationError):
        procedure(code)


def test_cases_need_different_names() -> None:
    with pytest.raises(ValidationError, match="different names"):
        procedure(cases=[{"name": "a"}, {"name": "a"}])


class TestFingerprint:
    def test_the_day_of_the_check_does_not_count(self) -> None:
        assert procedure(on=dt.date(2026, 1, 1)).fingerprint() == procedure().fingerprint()

    def test_any_fact_counts(self) -> None:
        assert procedure(field="Bầu trời").fingerprint() != procedure().fingerprint()


def test_online() -> None:
    ways = [procedure(submissions=[{"method": method}]) for method in ("online", "direct")]
    assert [way.online for way in ways] == [True, False]
