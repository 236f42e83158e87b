"""The lock store for several Rasa workers: Redis, given by one address like everywhere else in the project."""

from __future__ import annotations

import redis
from rasa.core.lock_store import DEFAULT_SOCKET_TIMEOUT_IN_SECONDS, RedisLockStore
from rasa.utils.endpoints import EndpointConfig


class RedisUrlLockStore(RedisLockStore):
    """``RedisLockStore`` that takes ``url`` (``redis://…`` or ``rediss://…``) instead of host, port and password."""

    def __init__(self, endpoint_config: EndpointConfig) -> None:
        super().__init__()
        self.red = redis.StrictRedis.from_url(endpoint_config.url, socket_timeout=DEFAULT_SOCKET_TIMEOUT_IN_SECONDS)
        self._set_key_prefix("motcua")
