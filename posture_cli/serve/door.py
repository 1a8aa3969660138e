"""What every request passes: the guard, the numbers, the log."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from time import perf_counter
from typing import Any

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from posture_cli.serve.app import refusal
from posture_cli.serve.guard import Guard
from posture_cli.serve.measured import Measured
from posture_cli.serve.refusals import RefusedError

Log = Callable[[Mapping[str, Any]], None]
"""Takes what is known of one request: nothing of its content, and nothing of who asked."""
ELSEWHERE = "other"
"""What is logged and counted for an address that there is not: its text is a stranger's."""


class Door:
    """An application around another one."""

    def __init__(
        self, app: ASGIApp, guard: Guard, measured: Measured, log: Log, routes: Collection[str]
    ) -> None:
        self._app, self._guard, self._measured, self._log = app, guard, measured, log
        self._routes = frozenset(routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI says."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun_s, status = perf_counter(), 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._inside(scope)(scope, receive, noted)
        finally:
            route = scope["path"] if scope["path"] in self._routes else ELSEWHERE
            self._measured.request(route, status)
            ms = round(1000 * (perf_counter() - begun_s), 1)
            method = scope["method"] if scope["method"] in ("GET", "POST", "HEAD") else ELSEWHERE
            self._log({"method": method, "route": route, "status": status, "ms": ms})

    def _inside(self, scope: Scope) -> ASGIApp:
        headers = Headers(scope=scope)
        try:
            self._guard.check(
                scope["path"],
                headers.get("host", ""),
                headers.get("origin"),
                headers.get("authorization", ""),
            )
        except RefusedError as error:
            return refusal(error)
        return self._app
