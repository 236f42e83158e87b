"""Who takes a payment: the interface of a provider, and VietQR, which is built in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from records.models import Payment
from records.payments import vietqr


@dataclass(frozen=True)
class HandOver:
    """What the citizen needs to pay: the content of a QR code, or the address of the provider's page, or both."""

    qr: str | None = None
    page: str | None = None


class PaymentProvider(Protocol):
    """A service that takes payments; its notice of a payment comes to ``POST /api/v1/payments/callback``."""

    name: str

    def hand_over(self, payment: Payment) -> HandOver:
        """How the citizen pays. Raises ``ValueError`` for a payment that the provider cannot take."""
        ...


class VietQr:
    """A bank transfer to the agency's own account, by QR code or typed by hand."""

    name = "vietqr"

    def hand_over(self, payment: Payment) -> HandOver:
        """The QR code; the payment's reference is the purpose of the transfer."""
        return HandOver(qr=vietqr.content(payment.bank, payment.number, payment.amount, payment.reference))


PROVIDERS: dict[str, PaymentProvider] = {provider.name: provider for provider in (VietQr(),)}
