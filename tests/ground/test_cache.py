"""The cache answers "miss" while Redis is down."""

import pytest
from django.core.cache import cache
from redis.exceptions import RedisError

from ground.cache import ForgivingCache


@pytest.fixture
def dead() -> ForgivingCache:
    return ForgivingCache("redis://127.0.0.1:1/0", {"OPTIONS": {"socket_connect_timeout": 0.1}})


def test_a_living_cache_remembers() -> None:
    cache.set("a", 1)
    assert cache.get("a") == 1
    assert cache.add("a", 2) is False
    assert cache.get_many(["a", "b"]) == {"a": 1}
    assert cache.incr("a") == 2


def test_a_dead_cache_misses(dead: ForgivingCache) -> None:
    dead.set("a", 1)
    dead.set_many({"a": 1})
    assert dead.get("a") is None
    assert dead.get("a", "none") == "none"
    assert dead.get("a", default="none") == "none"
    assert dead.get_many(["a"]) == {}
    assert "a" not in dead
    assert dead.add("a", 1) is False
    assert dead.get_or_set("a", 5) == 5
    assert dead.delete("a") is False
    assert dead.touch("a") is False
    dead.delete_many(["a"])
    dead.clear()


def test_counting_still_fails_loudly(dead: ForgivingCache) -> None:
    with pytest.raises(RedisError):
        dead.incr("a")
