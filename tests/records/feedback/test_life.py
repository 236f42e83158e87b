"""The rules alone: which step leads where, and who may take it."""

from __future__ import annotations

from itertools import product

import pytest

from records.feedback.life import (
    MOVES,
    OPEN,
    FeedbackState,
    ReasonNeeded,
    Role,
    Step,
    StepRefused,
    next_state,
    steps_open_to,
)

S = FeedbackState


def after(step: Step, state: FeedbackState, role: Role = Role.LEAD, **more: object) -> FeedbackState:
    facts = {"handled": False, "former": None, "reason": "vì", **more}
    return next_state(step, state, role, **facts)  # pyright: ignore[reportArgumentType]


def test_every_step_has_a_rule_and_a_name() -> None:
    assert set(MOVES) == set(Step) - {Step.RECEIVE}
    assert len({step.label for step in Step}) == len(Step)
    assert len({state.label for state in FeedbackState}) == len(FeedbackState)


@pytest.mark.parametrize(
    ("steps", "end"),
    [
        ([Step.ACCEPT, Step.FORWARD, Step.ACCEPT_FORWARD, Step.ANSWER, Step.CLOSE], S.CLOSED),
        ([Step.ACCEPT, Step.ANSWER, Step.REOPEN, Step.ANSWER], S.ANSWERED),
        ([Step.DECLINE, Step.REOPEN], S.ACCEPTED),
        ([Step.ACCEPT, Step.FORWARD, Step.DECLINE_FORWARD, Step.FORWARD], S.FORWARDED),
        ([Step.ACCEPT, Step.MERGE], S.MERGED),
    ],
)
def test_ways_through_a_life(steps: list[Step], end: FeedbackState) -> None:
    state = S.RECEIVED
    for step in steps:
        state = after(step, state)
    assert state is end


def test_a_case_that_somebody_has_is_assigned() -> None:
    assert after(Step.ACCEPT, S.RECEIVED, handled=True) is S.ASSIGNED
    assert after(Step.CLAIM, S.ACCEPTED, handled=True) is S.ASSIGNED
    assert after(Step.CLAIM, S.RECEIVED, handled=True) is S.RECEIVED
    assert after(Step.RELEASE, S.ASSIGNED, handled=False) is S.ACCEPTED
    assert after(Step.ASSIGN, S.WITH_AGENCY, handled=True) is S.WITH_AGENCY
    assert after(Step.DECLINE_FORWARD, S.FORWARDED, handled=True) is S.ASSIGNED


def test_a_case_taken_out_of_another_is_where_it_was() -> None:
    assert after(Step.UNMERGE, S.MERGED, former=S.ASSIGNED) is S.ASSIGNED


@pytest.mark.parametrize(
    ("step", "state"),
    [
        (Step.ANSWER, S.RECEIVED),
        (Step.ANSWER, S.FORWARDED),
        (Step.CLOSE, S.ASSIGNED),
        (Step.ACCEPT, S.ACCEPTED),
        (Step.REOPEN, S.ASSIGNED),
        (Step.MERGE, S.CLOSED),
        (Step.PUBLISH, S.ASSIGNED),
        (Step.ACCEPT_FORWARD, S.ASSIGNED),
    ],
)
def test_steps_that_lead_nowhere(step: Step, state: FeedbackState) -> None:
    with pytest.raises(StepRefused, match=state.label):
        after(step, state)


@pytest.mark.parametrize(
    ("step", "state", "role"),
    [
        (Step.RETURN_ANSWER, S.ASSIGNED, Role.CLERK),
        (Step.ACCEPT, S.RECEIVED, Role.CITIZEN),
        (Step.ANSWER, S.ASSIGNED, Role.CITIZEN),
        (Step.DECLINE, S.RECEIVED, Role.AGENCY),
        (Step.FORWARD, S.WITH_AGENCY, Role.AGENCY),
        (Step.RATE, S.ANSWERED, Role.LEAD),
    ],
)
def test_steps_of_others(step: Step, state: FeedbackState, role: Role) -> None:
    with pytest.raises(StepRefused, match="không có quyền"):
        after(step, state, role)


@pytest.mark.parametrize("step", [Step.DECLINE, Step.DECLINE_FORWARD, Step.REOPEN, Step.UNMERGE, Step.RETURN_ANSWER])
def test_steps_that_have_to_be_explained(step: Step) -> None:
    state = next(iter(MOVES[step].of))
    with pytest.raises(ReasonNeeded):
        after(step, state, reason="  ")


def test_nothing_but_a_merge_is_undone_leads_out_of_a_merged_case() -> None:
    leaving = [step for step in Step if step in MOVES and S.MERGED in MOVES[step].of and after_any(step) != S.MERGED]
    assert leaving == [Step.UNMERGE]


def after_any(step: Step) -> FeedbackState:
    role = next(iter(MOVES[step].by))
    return after(step, S.MERGED, role, former=S.RECEIVED)


def test_the_steps_on_offer_are_those_that_are_taken() -> None:
    for state, role, step in product(FeedbackState, Role, MOVES):
        offered = step in steps_open_to(state, role)
        try:
            after(step, state, role)
        except StepRefused:
            assert not offered
        else:
            assert offered


def test_every_open_case_can_come_to_an_end() -> None:
    ends = {S.ANSWERED, S.DECLINED, S.CLOSED, S.MERGED}
    for start in OPEN:
        reached, todo = {start}, [start]
        while todo:
            state = todo.pop()
            for step in steps_open_to(state, Role.LEAD):
                new = after(step, state)
                if new not in reached:
                    reached.add(new)
                    todo.append(new)
        assert reached & ends
