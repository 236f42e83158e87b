"""The tables of the records, one class each. Times are UTC; texts of citizens are kept as they were sent."""

from __future__ import annotations

import datetime as dt
import uuid
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, String, func, text
from sqlalchemy.orm import Mapped, mapped_column

from records.base import Base as Base
from records.base import Encrypted, KeyedHash, unique_where
from records.base import Json as Json
from records.models_audit import AuditEntry as AuditEntry
from records.models_audit import AuditLink as AuditLink
from records.models_calls import Call as Call
from records.models_calls import CallBack as CallBack
from records.models_calls import ConfirmedNumber as ConfirmedNumber
from records.models_calls import VoiceMail as VoiceMail
from records.models_dossiers import DossierSubscription as DossierSubscription
from records.models_dossiers import Payment as Payment
from records.models_dossiers import PaymentAccount as PaymentAccount
from records.models_dossiers import PaymentNotice as PaymentNotice
from records.models_feedback import Feedback as Feedback
from records.models_feedback import FeedbackEvent as FeedbackEvent
from records.models_feedback import FeedbackLink as FeedbackLink
from records.models_feedback import FeedbackRating as FeedbackRating
from records.models_intents import IntentVersion as IntentVersion
from records.models_polls import Poll as Poll
from records.models_polls import PollAnswer as PollAnswer
from records.models_privacy import Consent as Consent
from records.models_privacy import LegalHold as LegalHold
from records.models_recorded import RecordedCall as RecordedCall
from records.models_recorded import RecordedLine as RecordedLine
from records.models_reports import Report as Report
from records.models_reports import ReportDefinition as ReportDefinition
from records.models_reports import ReportingAgency as ReportingAgency
from records.models_staff import CannedReply as CannedReply
from records.models_staff import ConversationNote as ConversationNote
from records.models_staff import Disclosure as Disclosure
from records.models_staff import Handover as Handover
from records.models_staff import Presence as Presence
from records.models_staff import SavedView as SavedView
from records.models_staff import StaffMember as StaffMember
from records.models_staff import StaffSession as StaffSession


class ConversationStatus(StrEnum):
    """Who answers the citizen."""

    BOT = "bot"
    WAITING = "waiting"
    """A person was asked for; the bot goes on until one takes over."""
    PERSON = "person"
    """Staff answer; the bot is silent."""
    CLOSED = "closed"


class MessageState(StrEnum):
    """How far an incoming message got."""

    RECEIVED = "received"
    ANSWERED = "answered"
    SKIPPED = "skipped"
    """One of a flood: kept, but not answered one by one."""
    FAILED = "failed"
    """Given up after all attempts; staff see it."""


class DeliveryState(StrEnum):
    """How far an outgoing message got on its channel."""

    PENDING = "pending"
    SENT = "sent"
    DEAD = "dead"
    """Refused by the channel or given up; staff see it."""


class Conversation(Base):
    """One citizen on one channel."""

    __tablename__ = "conversations"
    __table_args__ = (
        unique_where("conversations_channel_user", "channel", "channel_user"),
        Index("conversations_status", "status", postgresql_where=text("status IN ('waiting', 'person')")),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    channel: Mapped[str] = mapped_column(String(20))
    channel_user: Mapped[str | None]
    """The channel's own id of the citizen; none on the web, where a token stands for it."""
    token_hash: Mapped[bytes | None]
    network_digest: Mapped[bytes | None] = mapped_column(KeyedHash)
    """Keyed hash of the network it was begun from, kept for a few days; none on outside channels."""
    status: Mapped[str] = mapped_column(String(20), default=ConversationStatus.BOT)
    status_reason: Mapped[str | None]
    given_back: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Whether staff gave it back since the bot answered last."""
    created_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())


class Message(Base):
    """What was said, by whom, in order of ``id`` within a conversation."""

    __tablename__ = "messages"
    __table_args__ = (
        unique_where("messages_taken_once", "conversation_id", "channel_message_id"),
        Index("messages_of_conversation", "conversation_id", "id"),
        Index(
            "messages_of_citizens",
            "created_at",
            "conversation_id",
            postgresql_where=text("sender = 'citizen'"),
        ),
        Index("messages_about_procedures", "created_at", postgresql_where=text("procedure IS NOT NULL")),
        Index("messages_words", text("motcua_words(text)"), postgresql_using="gin"),
        Index("messages_pending", "conversation_id", "id", postgresql_where=text("state = 'received'")),
        CheckConstraint("sender IN ('citizen', 'bot', 'staff', 'system')", name="messages_sender"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("conversations.id"))
    sender: Mapped[str] = mapped_column(String(10))
    channel_message_id: Mapped[str | None]
    text: Mapped[str] = mapped_column(default="")
    payload: Mapped[str | None]
    """What the pressed button stands for, such as ``/affirm``."""
    buttons: Mapped[list[Json]] = mapped_column(default=list)
    procedure: Mapped[Json | None]
    understanding: Mapped[Json | None]
    in_reply_to: Mapped[int | None] = mapped_column(BigInteger)
    state: Mapped[str | None] = mapped_column(String(10))
    """``MessageState`` of an incoming message; none on outgoing ones."""
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[dt.datetime | None]
    last_error: Mapped[str | None]
    created_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())


class Attachment(Base):
    """A file that a citizen sent, or staff; ``state`` is ``pending`` until it lies in the attachment folder."""

    __tablename__ = "attachments"
    __table_args__ = (
        Index("attachments_of_conversation", "conversation_id"),
        Index("attachments_of_message", "message_id", postgresql_where=text("message_id IS NOT NULL")),
        Index("attachments_of_feedback", "feedback_id", postgresql_where=text("feedback_id IS NOT NULL")),
        Index("attachments_encrypted", "created_at", postgresql_where=text("content_key IS NOT NULL")),
        Index("attachments_of_poll", "poll_id", postgresql_where=text("poll_id IS NOT NULL")),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    conversation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("conversations.id"))
    """None for a file that staff put into a poll."""
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    feedback_id: Mapped[int | None] = mapped_column(ForeignKey("feedback.id"))
    poll_id: Mapped[int | None] = mapped_column(ForeignKey("polls.id"))
    kind: Mapped[str] = mapped_column(String(10))
    """image, audio, video, file or location."""
    name: Mapped[str] = mapped_column(default="")
    content_type: Mapped[str] = mapped_column(default="")
    size: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[str | None] = mapped_column(String(64))
    remote: Mapped[Json | None]
    """What the channel needs to fetch the file, or the place itself for a location."""
    content_key: Mapped[bytes | None] = mapped_column(Encrypted)
    """What opens the content, encrypted itself; none for content that is stored as it is."""
    transcript: Mapped[str | None]
    """What was heard in a voice note."""
    state: Mapped[str] = mapped_column(String(10), default="pending")
    reason: Mapped[str | None]
    """Why it was refused, or not heard, in words for the citizen."""
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())

    @property
    def sent_in(self) -> uuid.UUID:
        """The conversation that it was sent in. Raises ``LookupError`` for a file of a poll."""
        if self.conversation_id is None:
            raise LookupError(f"{self.id} was sent in no conversation")
        return self.conversation_id


class Delivery(Base):
    """The outbox: an outgoing message on its way to a channel, in order within a conversation (``records.outbox``)."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("outbox_pending", "conversation_id", "id", postgresql_where=text("state = 'pending'")),
        Index("outbox_of_message", "message_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("conversations.id"))
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"))
    state: Mapped[str] = mapped_column(String(10), default=DeliveryState.PENDING)
    parts_sent: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """How many parts of it the channel took; what follows them is still to be sent."""
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[dt.datetime | None]
    last_error: Mapped[str | None]
    channel_message_id: Mapped[str | None]
    sent_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())


class ChannelToken(Base):
    """Access to an outside channel whose tokens change by themselves (Zalo); both tokens are encrypted."""

    __tablename__ = "channel_tokens"

    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    access_token: Mapped[bytes] = mapped_column(Encrypted)
    refresh_token: Mapped[bytes] = mapped_column(Encrypted)
    expires_at: Mapped[dt.datetime]
    updated_at: Mapped[dt.datetime] = mapped_column(server_default=func.now(), onupdate=func.now())


class Dossier(Base):
    """The last known state of a dossier; its way there stands in ``dossier_events``."""

    __tablename__ = "dossiers"
    __table_args__ = (
        Index("dossiers_submitted", "submitted_on", postgresql_include=["code", "procedure_code"]),
        Index("dossiers_finished", "finished_on", postgresql_where=text("finished_on IS NOT NULL")),
        {"postgresql_with": {"fillfactor": 80}},
    )

    code: Mapped[str] = mapped_column(primary_key=True)
    procedure_code: Mapped[str]
    procedure_name: Mapped[str]
    agency: Mapped[str]
    state: Mapped[int]
    submitted_on: Mapped[dt.date]
    promised_on: Mapped[dt.date | None]
    finished_on: Mapped[dt.date | None]
    missing: Mapped[list[str]] = mapped_column(default=list)
    note: Mapped[str] = mapped_column(default="")
    fee_due: Mapped[int | None] = mapped_column(BigInteger)
    fee_for: Mapped[str] = mapped_column(default="")
    fee_paid: Mapped[int | None] = mapped_column(BigInteger)
    """What was paid so far, in đồng, as the agency says."""
    phone_digits: Mapped[bytes | None] = mapped_column(KeyedHash)
    """Keyed hash of the last four digits of the phone number on file."""
    identity_digits: Mapped[bytes | None] = mapped_column(KeyedHash)
    """Keyed hash of the last four digits of the identity number on file."""
    demonstration: Mapped[bool] = mapped_column(default=False)
    updated_at: Mapped[dt.datetime] = mapped_column(server_default=func.now(), onupdate=func.now())


class DossierEvent(Base):
    """One change of a dossier's state; what an agency reports again is taken once."""

    __tablename__ = "dossier_events"
    __table_args__ = (
        Index("dossier_events_taken_once", "dossier_code", "at", "state", "agency_id", unique=True),
        Index("dossier_events_finished", "at", postgresql_where=text("state IN (9, 10)")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    dossier_code: Mapped[str] = mapped_column(ForeignKey("dossiers.code"))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))
    """Who reported it; none when it did not come from an agency."""
    state: Mapped[int]
    at: Mapped[dt.datetime]
    note: Mapped[str] = mapped_column(default="")
    details: Mapped[Json] = mapped_column(default=dict)
    """What else the agency said then, by the names of ``records.state_reports``; numbers only as keyed hashes."""


class Agency(Base):
    """Who may report states, and of which dossiers."""

    __tablename__ = "agencies"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    prefixes: Mapped[list[str]]
    """Units whose dossiers it may write, each with the units below it, such as ``H56.14``."""
    fields: Mapped[list[str]] = mapped_column(default=list)
    """Fields of work that it is limited to; empty for all."""
    answers_approved: Mapped[bool] = mapped_column(default=False)
    """Whether the answers of its people go out only after a lead approved them."""
    created_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())


class AgencyKey(Base):
    """A key that opens the synchronisation; the key itself is not kept."""

    __tablename__ = "agency_keys"

    id: Mapped[str] = mapped_column(String(12), primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    digest: Mapped[bytes] = mapped_column(KeyedHash)
    created_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())
    revoked_at: Mapped[dt.datetime | None]


class DossierUpload(Base):
    """How far an upload that can be resumed got: the counts of its durable lines, and what was wrong with them."""

    __tablename__ = "dossier_uploads"

    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), primary_key=True)
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    lines: Mapped[int] = mapped_column(BigInteger)
    taken: Mapped[int] = mapped_column(BigInteger)
    repeated: Mapped[int] = mapped_column(BigInteger)
    late: Mapped[int] = mapped_column(BigInteger)
    rejected: Mapped[int] = mapped_column(BigInteger)
    errors: Mapped[list[Json]]
    updated_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())


class Verification(Base):
    """One attempt to open a dossier with a second factor. The code is kept as a keyed hash, known or unknown alike."""

    __tablename__ = "verifications"
    __table_args__ = (
        Index("verifications_of_code", "code_digest", "at"),
        Index("verifications_of_conversation", "conversation_id", "at"),
        Index(
            "verifications_of_network",
            "network_digest",
            "at",
            postgresql_where=text("NOT succeeded"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    code_digest: Mapped[bytes] = mapped_column(KeyedHash)
    conversation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("conversations.id"))
    network_digest: Mapped[bytes | None] = mapped_column(KeyedHash)
    """Keyed hash of the network it came from, kept for a few days."""
    message_id: Mapped[str | None]
    succeeded: Mapped[bool]
    at: Mapped[dt.datetime] = mapped_column(server_default=func.now())
