"""Counts its visitors in Redis: the smallest application that needs two containers."""

import time

import redis
from flask import Flask

RETRIES = 5

app = Flask(__name__)
store = redis.Redis(host="redis", port=6379)


def count_hit() -> int:
    """One more hit; Redis may still be starting when the first visitor comes."""
    for _ in range(RETRIES):
        try:
            return int(store.incr("hits"))
        except redis.exceptions.ConnectionError:
            time.sleep(0.5)
    return int(store.incr("hits"))


@app.route("/")
def hello() -> str:
    return f"Hello World! I have been seen {count_hit()} times.\n"
