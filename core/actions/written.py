"""What an operation has changed of what is said of a picture, field by field, read back from the
journal."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

from core.actions.merging import value_text
from core.metadata.policies import Field
from core.metadata.read import read_sidecar
from core.model import FieldChange, Operation, OperationKind


def changes_of(operation: Operation) -> list[FieldChange]:
    """The fields that `operation` changed, each as it was and as it became; none of one that only
    moves. What was written into a picture itself is not looked into."""
    path = os.fspath(operation.source)
    before: Mapping[str, Any] = {}
    match operation.kind:
        case OperationKind.WRITE:
            before, after = _said(operation.before), _said(operation.after)
        case OperationKind.RECORD | OperationKind.UPDATE:
            before, after = _loaded(operation.before), _loaded(operation.after)
        case OperationKind.ALBUM | OperationKind.TAG:
            after = {str(operation.kind): operation.target.name}
        case _:
            return []
    return [
        FieldChange(name, _text(before.get(name)), _text(after.get(name)), "", path)
        for name in dict.fromkeys([*before, *after])
        if _text(before.get(name)) != _text(after.get(name))
    ]


def _said(sidecar: bytes | None) -> Mapping[str, Any]:
    if not sidecar:
        return {}
    found = read_sidecar(sidecar)
    return {str(field): getattr(found, field) for field in Field}


def _loaded(text: bytes | None) -> Mapping[str, Any]:
    found: dict[str, Any] = json.loads(text or b"{}")
    return found


def _text(value: Any) -> str:
    return value_text(tuple(value) if isinstance(value, list) else value)
