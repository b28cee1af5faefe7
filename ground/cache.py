"""The one cache: what Redis cannot answer is a miss. Nothing that would be missed is kept here."""

import logging
from collections.abc import Callable
from functools import cached_property, wraps
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


def forgiving(answer: Callable[[Any], Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Wraps a call on Redis; when Redis fails, `answer(default)` is returned instead."""

    def decorate(call: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(call)
        def guarded(self: Any, *args: Any, **kwargs: Any) -> Any:
            try:
                return call(self, *args, **kwargs)
            except RedisError as error:
                log.warning("cache: %s failed (%s)", call.__name__, type(error).__name__)
                return answer(args[1] if len(args) > 1 else kwargs.get("default"))

        return guarded

    return decorate


class ForgivingClient(RedisCacheClient):
    @cached_property
    def _only(self) -> Any:
        return super().get_client(write=True)

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        """One client for one server: Django makes a new one for every call."""
        return self._only

    get = forgiving(lambda default: default)(RedisCacheClient.get)
    get_many = forgiving(lambda default: {})(RedisCacheClient.get_many)
    has_key = forgiving(lambda default: False)(RedisCacheClient.has_key)
    add = forgiving(lambda default: False)(RedisCacheClient.add)
    touch = forgiving(lambda default: False)(RedisCacheClient.touch)
    delete = forgiving(lambda default: False)(RedisCacheClient.delete)
    set = forgiving(lambda default: None)(RedisCacheClient.set)
    set_many = forgiving(lambda default: None)(RedisCacheClient.set_many)
    delete_many = forgiving(lambda default: None)(RedisCacheClient.delete_many)
    clear = forgiving(lambda default: False)(RedisCacheClient.clear)


class ForgivingCache(RedisCache):
    """Django's Redis cache, without its errors. `incr` alone still raises, so that throttles can count elsewhere."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = ForgivingClient
