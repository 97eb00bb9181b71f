"""Asking the running service why it understands a message as it does, for `isec explain`."""

from typing import Any

import aiohttp

from bot.explain_endpoint import EXPLANATION, PATH
from helpdesk.error import InvalidInput, Unavailable
from helpdesk.explanation import Explanation

PATIENCE_SECONDS = 30


async def explained(
    base_url: str, text: str, language: str | None, after: str | None, headers: dict[str, str]
) -> Explanation:
    """The explanation of `text` by the service at `base_url`; raises InvalidInput and Unavailable."""
    body = {"text": text, "language": language, "after": after}
    timeout = aiohttp.ClientTimeout(total=PATIENCE_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(base_url, headers=headers, timeout=timeout) as session,
            session.post(PATH, json=body) as response,
        ):
            answer: Any = await response.json()
            if response.status != 200:
                raise _refused(response.status, answer)
            return EXPLANATION.validate_python(answer)
    except (aiohttp.ClientConnectionError, TimeoutError):
        raise Unavailable(f"nothing answers at {base_url}; start it with make run") from None
    except (aiohttp.ClientError, ValueError):
        raise Unavailable(f"what answers at {base_url} is not this service") from None


def _refused(status: int, answer: dict[str, Any]) -> InvalidInput:
    if status == 404:
        return InvalidInput("the service runs with another data directory; set ISEC_DATA_DIR as it has it")
    return InvalidInput(str(answer.get("error", {}).get("message", status)))
