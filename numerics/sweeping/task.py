"""One unit of work: settings that determine a result, and the key that names them."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sith.theory import InputError

Settings = Mapping[str, Any]
"""Plain data: strings, whole and real numbers, truth values, and lists of these."""


@dataclass(frozen=True, slots=True)
class Task:
    """A kind of work and the settings that determine its result, and nothing else.

    Equal settings have equal keys on every machine, so that a stored result is found again.

    Fields:
        kind: how the settings are turned into a result; see `sith.numerics.sweeping.kinds`.
        settings: plain data. They name seeds, sizes and versions, never folders or workers.
        batch: tasks of one kind and one batch name may be run in one call; "" for none.
        aside: what the run needs to know and the result does not depend on, such as where the
            claim file lies; it is handed to the run with the settings, and has no part in the key.
    """

    kind: str
    settings: Settings
    batch: str = ""
    aside: Settings = field(default_factory=dict, compare=False)
    key: str = field(init=False)

    def __post_init__(self) -> None:
        """Refuse settings that are not plain data, or not finite."""
        for name, value in [*self.settings.items(), *self.aside.items()]:
            if not _plain(value):
                raise InputError(
                    f"setting {name} = {value!r}",
                    allowed="text, finite numbers, truth values, and lists of these",
                )
        object.__setattr__(self, "key", key_of(self.kind, self.settings))


def key_of(kind: str, settings: Settings) -> str:
    """Return the content address of a task: a digest of its kind and its settings."""
    text = json.dumps([kind, dict(settings)], sort_keys=True, allow_nan=False)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _plain(value: object) -> bool:
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return all(_plain(v) for v in value)
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, str | bool | int)
