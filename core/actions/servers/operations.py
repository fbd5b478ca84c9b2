r"""What the journal keeps of a server's operations, and what a person should know of them before.

| kind | source | target | before | after |
|---|---|---|---|---|
| trash on the server | the asset | its name in the trash | its group | |
| update | the asset | the asset | fields as they were | as they will be |
| add to album | the asset | the album | | |
| tag | the asset | the tag | | |
| stack | the primary asset | the same | | all assets, the primary first |
| end group | its first asset | the group | all assets | who stays and who goes, where the server \
resolves it |

Fields are called what the server's API calls them.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.address import id_of, root_of
from core.errors import ActionRefused
from core.libraries.immich.server import Server
from core.libraries.immich.shapes import Tagged
from core.model import Operation, OperationKind

REMOTE = frozenset(
    {
        OperationKind.SERVER_TRASH,
        OperationKind.UPDATE,
        OperationKind.ALBUM,
        OperationKind.TAG,
        OperationKind.STACK,
        OperationKind.GROUP,
    }
)
"""What a server carries out."""

GROUPING = "asset.update"
"""What a key needs to put assets into groups, or out of them."""

RESOLVING = "duplicate.delete"
"""What a key needs to have the server resolve groups."""

PERMISSIONS: Mapping[OperationKind, tuple[str, str]] = {
    OperationKind.SERVER_TRASH: ("asset.delete", "asset.delete"),
    OperationKind.UPDATE: ("asset.update", "asset.update"),
    OperationKind.ALBUM: ("albumAsset.create", "albumAsset.delete"),
    OperationKind.TAG: ("tag.asset", "tag.asset"),
    OperationKind.STACK: ("stack.create", "stack.delete"),
    OperationKind.GROUP: (GROUPING, GROUPING),
}
"""What a key needs to do an operation, and to take it back."""

PLACE = ("latitude", "longitude")


def trash(path: Path, group: str | None) -> Operation:
    """The asset at `path` goes to the trash, out of `group`."""
    gone = root_of(path) / "trash" / id_of(path) / path.name
    return Operation(OperationKind.SERVER_TRASH, path, gone, _dump({"group": group}))


def update(path: Path, before: Mapping[str, Any], after: Mapping[str, Any]) -> Operation:
    """The server will say `after` of the asset at `path`."""
    return Operation(OperationKind.UPDATE, path, path, _dump(before), _dump(after))


def add_to_album(path: Path, album: Tagged) -> Operation:
    """The asset at `path` will be in `album`, in which it is not."""
    return Operation(OperationKind.ALBUM, path, _named(root_of(path) / "albums", album))


def tag(path: Path, found: Tagged) -> Operation:
    """The asset at `path` will have a tag that it has not."""
    return Operation(OperationKind.TAG, path, _named(root_of(path) / "tags", found))


def stack(paths: Sequence[Path]) -> Operation:
    """The assets at `paths`, none of which is in a stack, will be one, the first of them on top."""
    together = _dump([id_of(path) for path in paths])
    return Operation(OperationKind.STACK, paths[0], paths[0], None, together)


def end_group(group: str, paths: Sequence[Path]) -> Operation:
    """The assets at `paths` will not be in `group` any more."""
    target = root_of(paths[0]) / "duplicates" / group
    return Operation(OperationKind.GROUP, paths[0], target, _dump([id_of(path) for path in paths]))


def resolve_group(group: str, paths: Sequence[Path], trashed: Collection[Path]) -> Operation:
    """The server itself will resolve `group`, which holds the assets at `paths`: it sends those of
    `trashed` away, and tells the others what these said."""
    keep, trash = (
        [id_of(path) for path in paths if (path in trashed) is gone] for gone in (False, True)
    )
    after = _dump({"keepAssetIds": keep, "trashAssetIds": trash})
    return replace(end_group(group, paths), after=after)


def resolving(operation: Operation) -> dict[str, list[str]] | None:
    """Who stays and who goes of a group that the server resolves; None of any other operation."""
    if operation.kind is not OperationKind.GROUP or operation.after is None:
        return None
    found: dict[str, list[str]] = json.loads(operation.after)
    return found


def group_before(operation: Operation) -> str | None:
    """The group that what is in the trash was in."""
    found: dict[str, str | None] = json.loads(operation.before or b"{}")
    return found.get("group")


def fields(text: bytes | None) -> dict[str, Any]:
    """Of an update, what was or will be said."""
    found: dict[str, Any] = json.loads(text or b"{}")
    return found


def together(operation: Operation) -> list[str]:
    """The ids of all assets of a stack or a group."""
    is_group = operation.kind is OperationKind.GROUP
    found: list[str] = json.loads((operation.before if is_group else operation.after) or b"[]")
    return found


def target_id(operation: Operation) -> str:
    """The id of the album, the tag or the group."""
    is_group = operation.kind is OperationKind.GROUP
    return operation.target.name if is_group else id_of(operation.target)


def warnings(server: Server, operations: Iterable[Operation]) -> Iterator[str]:
    """What of `operations` cannot be taken back, in words."""
    for each in operations:
        name = each.source.name
        if is_lasting(each):
            yield f"the server takes no location away again: {name} keeps the one it is given"
        elif not server.may(PERMISSIONS[each.kind][1]):
            missing = PERMISSIONS[each.kind][1]
            yield f"{name}: {each.kind} cannot be undone, as the API key lacks {missing}"


def lacking(path: Path, permission: str) -> ActionRefused:
    """That the key lacks a `permission` for the asset at `path`, in words."""
    return ActionRefused(
        str(path),
        f"the API key lacks the permission {permission}",
        "give it that in Immich: Account Settings, API Keys",
    )


def is_lasting(operation: Operation) -> bool:
    """Whether it gives a location to what had none, which the server's API cannot undo."""
    if operation.kind is not OperationKind.UPDATE:
        return False
    before = fields(operation.before)
    return PLACE[0] in before and before[PLACE[0]] is None


def _named(folder: Path, found: Tagged) -> Path:
    name = found.name.replace("/", "_").replace("\0", "_").strip()
    return folder / found.id / (name if name.strip(".") else found.id)


def _dump(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False).encode()
