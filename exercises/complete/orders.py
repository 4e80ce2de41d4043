"""A queue of orders: urgent ones first, and among equals the one that came first."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Order:
    number: int
    urgent: bool = False


class Orders:
    def __init__(self):
        self._waiting = []

    def add(self, order):
        """Adds an order. Raises ValueError if an order with the number waits already."""
        raise NotImplementedError

    def next(self):
        """Takes the order that is next. Returns None when none waits."""
        raise NotImplementedError

    def cancel(self, number):
        """Removes a waiting order. Returns whether there was one."""
        raise NotImplementedError
