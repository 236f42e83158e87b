"""The action server: ``python -m actions.server``.

Listens on ``MOTCUA_ACTIONS_HOST`` (127.0.0.1) and the port of ``MOTCUA_ACTIONS_URL``, the address under which Rasa
calls it. ``rasa_sdk`` has no authentication, so the port belongs to the internal network only.
"""

# rasa_sdk is typed in part and has no stubs.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
from __future__ import annotations

import logging
import os
import traceback
import warnings
from typing import Any
from urllib.parse import urlsplit

from rasa_sdk import Action
from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionMissingDomainException, ActionNotFoundException

from actions.checklists import Checklists, ShowLifeEvent, Tick
from actions.dossier_followups import AskPayment, Followups, Subscribe, Unsubscribe
from actions.dossiers import DossierForm, DossierStatus
from actions.emergencies import Emergency
from actions.feedback import EndFeedback, FeedbackForm
from actions.feedback_status import FeedbackStatus, FeedbackStatusForm
from actions.forms import Interruptions
from actions.handover import AskWait, Caring, EndMessage, Handover, RequestPerson
from actions.messages import MessageForm
from actions.misunderstandings import Correct
from actions.offices import AskOffice
from actions.own_data import DataRights
from actions.parts import PART_OF_INTENT
from actions.procedures import Procedures
from actions.ratings import NotSolved, PublishFeedback, RateFeedback
from actions.small_talk import SAYS, ChangeLanguage, Repeat, Say, StartOver, Stop, YesOrNo
from actions.turn import TurnAction
from actions.unclear import Answer, Choose, Outside, Unclear
from knowledge.search import Knowledge
from knowledge.settings import Settings
from nlu.text.logs import mask_logs
from records.calendar import Calendar
from records.database import Database
from records.settings import Settings as RecordsSettings

_log = logging.getLogger(__name__)


class ActionFailedError(Exception):
    """An action failed. Says which and how, without the message of the citizen that the cause may quote."""


class Executor(ActionExecutor):
    """Runs actions; keeps what a failure quotes out of the log and of the answer to Rasa."""

    async def run(self, action_call: Any, *args: Any, **kwargs: Any) -> Any:
        """Runs one action. Raises ``ActionFailedError`` when it fails."""
        try:
            return await super().run(action_call, *args, **kwargs)
        except (ActionExecutionRejection, ActionMissingDomainException, ActionNotFoundException):
            raise
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            failed = f"{action_call.get('next_action')}: {type(error).__name__} at {where.name}, line {where.lineno}"
            _log.error("action failed in conversation %s: %s", action_call.get("sender_id"), failed)
            raise ActionFailedError(failed) from None

    def update_and_return_domain(self, payload: dict[str, Any], action_name: str) -> dict[str, Any]:  # noqa: ARG002
        """No action of ours reads the domain, so Rasa does not send it (``enable_selective_domain``)."""
        return {}


def actions(knowledge: Knowledge, database: Database, calendar: Calendar) -> list[Action]:
    """Every action of the domain, on one catalogue, one database and one office calendar."""
    procedures, handover, checklists = Procedures(knowledge), Handover(database, calendar), Checklists(knowledge)
    buttons: dict[str, TurnAction] = {
        "data_rights": DataRights(database),
        "not_solved": NotSolved(database),
        "publish_feedback": PublishFeedback(database),
        "rate_feedback": RateFeedback(database),
    }
    interruptions = Interruptions(procedures, handover, buttons)
    life_events = ShowLifeEvent(checklists, procedures)
    choose, yes_or_no = Choose(procedures), YesOrNo(procedures, handover)
    followups = Followups(database)
    others: dict[str, TurnAction] = {
        "affirm": yes_or_no,
        "ask_payment": Caring(AskPayment(followups, procedures), handover),
        "ask_office": AskOffice(procedures, calendar),
        "ask_wait": AskWait(handover, procedures),
        "change_language": ChangeLanguage(procedures),
        "checklist": Tick(checklists, procedures),
        "choose_case": choose,
        "choose_procedure": choose,
        "correct": Correct(procedures),
        "deny": yes_or_no,
        "emergency": Emergency(procedures),
        "life_event": life_events,
        "repeat": Repeat(procedures),
        "request_person": RequestPerson(handover),
        "start_over": StartOver(),
        "stop": Caring(Stop(handover), handover),
        "subscribe": Subscribe(followups),
        "unsubscribe": Unsubscribe(database),
        **buttons,
    }
    says = Caring(Say(procedures, handover), handover)
    answer = Caring(Answer(procedures, life_events, handover, followups), handover)
    unclear = Unclear(procedures, life_events, others)
    unsure = Caring(unclear, handover)
    outside = Outside(others | dict.fromkeys(SAYS, says) | dict.fromkeys(PART_OF_INTENT, answer), unsure)
    return [
        *dict.fromkeys(others.values()),
        says,
        answer,
        unsure,
        MessageForm(interruptions, handover),
        EndMessage(handover),
        DossierForm(interruptions, outside),
        DossierStatus(knowledge, database, followups),
        FeedbackForm(interruptions, unclear.asked),
        EndFeedback(database, outside),
        FeedbackStatusForm(interruptions, outside),
        FeedbackStatus(database),
    ]


def serve() -> None:
    """Opens the catalogue and the database once, and serves until stopped."""
    mask_logs()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    warnings.filterwarnings("ignore", message="Your versions of rasa and rasa_sdk might not be compatible")
    executor = Executor()
    for action in actions(Knowledge.open(Settings()), Database.open(), Calendar.read(RecordsSettings().calendar)):
        executor.register_action(action)
    app = create_app(executor, cors_origins=[])
    url = urlsplit(os.environ.get("MOTCUA_ACTIONS_URL", "http://127.0.0.1:5055/webhook"))
    host, port = os.environ.get("MOTCUA_ACTIONS_HOST", "127.0.0.1"), url.port or 80
    _log.info("action server on %s:%d", host, port)
    app.run(host=host, port=port, single_process=True, access_log=False, motd=False)


if __name__ == "__main__":
    serve()
