"""The product's settings with the addresses of `bare_urls`, and the table they write to."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "tests.load.bare_urls"
TABLE = "CREATE TABLE IF NOT EXISTS bare (id bigserial PRIMARY KEY, voter text UNIQUE, marks text)"
