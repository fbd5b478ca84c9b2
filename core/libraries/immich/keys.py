"""Where a server's API key comes from: the environment, the settings, or whoever sits there.

Never from the command line, which everybody on the machine can read.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable

from core.address import Address
from core.errors import UsageError
from core.settings import Secret

_VARIABLE = "IMMICH_API_KEY"
"""As Immich's own command line has it."""


def key_of(
    address: Address,
    setting: Secret | None,
    alone: bool,
    ask: Callable[[str], str] | None = None,
) -> Secret:
    """The API key of the server at `address`.

    Args:
        address: of the server.
        setting: what the settings say.
        alone: no other server is opened; else a variable without a name is nobody's, as a key
            must not be sent to a server that it does not belong to.
        ask: asks a person, who does not see what they type; None: there is nobody.

    Raises:
        UsageError: there is none, or it cannot be one.
    """
    names = [variable_of(address), *([_VARIABLE] if alone else [])]
    for name in names:
        if os.environ.get(name):
            return _checked(os.environ[name], name)
    if setting is not None:
        return _checked(setting.reveal(), str(address))
    given = ask(f"API key of {address}: ") if ask is not None else ""
    if not given:
        raise UsageError(
            str(address),
            "there is no API key for it",
            f'export {names[-1]}=…, or write key = "…" below [libraries."{address}"]',
        )
    return _checked(given, str(address))


def variable_of(address: Address) -> str:
    """The environment's variable for this server alone: ``IMMICH_API_KEY_PHOTOS_EXAMPLE_ORG``."""
    name = re.sub(r"[^A-Za-z0-9]+", "_", f"{address.host}{address.base}").strip("_")
    return f"{_VARIABLE}_{name.upper()}"


def _checked(text: str, source: str) -> Secret:
    text = text.strip()
    if not text.isascii() or not text.isprintable():
        raise UsageError(source, "an API key is letters and digits", "copy it once more")
    return Secret(text)
