"""The ten states of a dossier, and its way through them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import IntEnum


class DossierState(IntEnum):
    """The ten states of the National Public Service Portal, with its numbers."""

    SUBMITTED = 1
    ACCEPTED = 2
    NOT_ACCEPTED = 3
    PROCESSING = 4
    MORE_PAPERS = 5
    PAYMENT_DUE = 6
    WITHDRAWN = 7
    STOPPED = 8
    FINISHED = 9
    RETURNED = 10

    @property
    def label(self) -> str:
        """The portal's Vietnamese name of the state."""
        return _LABELS[self]

    @property
    def running(self) -> bool:
        """Whether the agency's clock runs and its work is not done."""
        return self in {DossierState.SUBMITTED, DossierState.ACCEPTED, DossierState.PROCESSING}

    @property
    def waits_for_citizen(self) -> bool:
        """Whether the clock stands: the citizen has to act (5, 6), or work stopped (8)."""
        return self in {DossierState.MORE_PAPERS, DossierState.PAYMENT_DUE, DossierState.STOPPED}


_LABELS = {
    DossierState.SUBMITTED: "Mới đăng ký",
    DossierState.ACCEPTED: "Được tiếp nhận",
    DossierState.NOT_ACCEPTED: "Không được tiếp nhận",
    DossierState.PROCESSING: "Đang xử lý",
    DossierState.MORE_PAPERS: "Yêu cầu bổ sung giấy tờ",
    DossierState.PAYMENT_DUE: "Yêu cầu thực hiện nghĩa vụ tài chính",
    DossierState.WITHDRAWN: "Công dân yêu cầu rút hồ sơ",
    DossierState.STOPPED: "Dừng xử lý",
    DossierState.FINISHED: "Đã xử lý xong",
    DossierState.RETURNED: "Đã trả kết quả",
}


@dataclass(frozen=True)
class HistoryEntry:
    """One change of state; ``promised`` is the day that was promised with it, if it named one."""

    state: DossierState
    at: dt.datetime
    note: str
    promised: dt.date | None = None
