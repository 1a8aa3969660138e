"""The addresses of the server, and what each does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from importlib import resources

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from posture_cli import __version__
from posture_cli.errors import PostureError
from posture_cli.serve import answers, inference, measured, page, refusals
from posture_cli.serve.answers import Answer, Look
from posture_cli.serve.asked import TAKEN, Asked, asked
from posture_cli.serve.pool import Pool
from posture_cli.serve.refusals import RefusedError, failure, status_of
from posture_cli.serve.wanted import Wanted, wanted
from posture_cli.sinks.jsonl import json_line

ATTRIBUTES = "x-amzn-sagemaker-custom-attributes"
FORM = "multipart/form-data"
PICTURES = "/invocations"
SEND = (
    f"send a picture with POST, such as curl --data-binary @photo.jpg http://127.0.0.1:8080{PICTURES};"
    " a browser shows the page at /"
)
"""What to do about another method there: people try an address in the browser."""
MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What a request may cost.

    Attributes:
        body_bytes: Most bytes of a body. Default: what SageMaker sends at most.
        timeout_s: Time for the body, and again for the answer.
    """

    body_bytes: int = 6 * MIB
    timeout_s: float = 60.0


class Endpoint:
    """The application: everything that the addresses have in common."""

    def __init__(self, pool: Pool, counted: measured.Measured, limits: Limits) -> None:
        self._pool, self._measured, self._limits = pool, counted, limits
        routes = self._routes()
        self.routes = frozenset(route.path for route in routes)
        handlers = {HTTPException: _no_such, Exception: _failed}
        self.app = Starlette(
            routes=routes,
            lifespan=self._lifespan,
            exception_handlers=handlers,  # type: ignore[arg-type]
        )

    def _routes(self) -> list[Route]:
        ready = JSONResponse({"ready": True})
        model = f"/v2/models/{inference.MODEL}"
        texts = {
            "/ping": Response(),
            "/health": Response(),
            "/version": Response(__version__, media_type="text/plain"),
            "/execution-parameters": JSONResponse(self._parameters()),
            "/openapi.json": Response(_described(), media_type="application/json"),
            "/v2": JSONResponse(inference.SERVER),
            "/v2/health/live": JSONResponse({"live": True}),
            "/v2/health/ready": ready,
            model: JSONResponse(inference.METADATA),
            f"{model}/ready": ready,
        }
        posture, most = self._pool.posture, self._limits.body_bytes
        shown = page.contents(posture.rule_set, most, posture.judging.roll_deg)
        for path, (content, kind) in shown.items():
            texts[path] = Response(content, headers=page.HEADERS, media_type=kind)
        always = [Route(path, partial(_always, text)) for path, text in texts.items()]
        return [
            *always,
            Route("/metrics", self._metrics),
            Route(PICTURES, self._invocations, methods=["POST"]),
            Route(f"{model}/infer", self._infer, methods=["POST"]),
        ]

    def _parameters(self) -> dict[str, int | str]:
        """Return how a batch of SageMaker should call us."""
        return {
            "MaxConcurrentTransforms": self._pool.threads,
            "BatchStrategy": "SINGLE_RECORD",
            "MaxPayloadInMB": self._limits.body_bytes // MIB,
        }

    @asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        yield
        await asyncio.to_thread(self._pool.close)

    async def _metrics(self, request: Request) -> Response:
        return Response(self._measured.text(), headers={"content-type": measured.TYPE})

    async def _invocations(self, request: Request) -> Response:
        return await _or_refused(self._answered, request)

    async def _infer(self, request: Request) -> Response:
        return await _or_refused(self._inferred, request)

    async def _answered(self, request: Request) -> Response:
        options = wanted(request.query_params.multi_items(), request.headers.get(ATTRIBUTES, ""))
        kind = answers.way(request.headers.get("accept", ""))
        sent = await self._sent(request)
        work = partial(self._work, sent, options, kind)
        answer = await self._pool.run(work, self._limits.timeout_s)
        return Response(answer.body, answer.status, {"content-type": answer.content_type})

    async def _inferred(self, request: Request) -> Response:
        options = wanted(request.query_params.multi_items())
        length = request.headers.get(inference.HEADER_LENGTH)
        sent = inference.asked(await self._body(request), length)
        looks = partial(self._looks, sent.pictures, options)
        found = await self._pool.run(looks, self._limits.timeout_s)
        lines = [json_line(result.to_json()).strip().encode() for _, result in found]
        body, headers = inference.answered(sent, lines)
        return Response(body, headers=headers)

    def _work(self, sent: Asked, options: Wanted, kind: str) -> Answer:
        """Look at the pictures of a request and put the answer together; called in a thread."""
        if sent.form in ("one", "workshop"):  # an error of the only picture is one of the request
            look: Look = self._pool.look(sent.pictures[0], options)
            return answers.answer([look], sent.form, kind)
        return answers.answer(self._looks(sent.pictures, options), sent.form, kind)

    def _looks(self, pictures: tuple[bytes, ...], options: Wanted) -> list[Look]:
        return [self._look(picture, options) for picture in pictures]

    def _look(self, picture: bytes, options: Wanted) -> Look:
        try:
            return self._pool.look(picture, options)
        except PostureError as error:
            return None, failure(error)

    async def _sent(self, request: Request) -> Asked:
        kind = request.headers.get("content-type", "")
        if kind.lower().startswith(FORM):
            return await self._from_form(request)
        return asked(kind, await self._body(request))

    async def _from_form(self, request: Request) -> Asked:
        body = await self._body(request)
        again = Request(request.scope, _replayed(body))
        async with again.form(max_files=100, max_fields=100) as form:
            files = [part for part in form.values() if not isinstance(part, str)]
            pictures = tuple([await file.read() for file in files])
        if not pictures:
            raise RefusedError(400, "the form has no file", hint=TAKEN, code="form")
        return Asked(pictures, "one" if len(pictures) == 1 else "several")

    async def _body(self, request: Request) -> bytes:
        """Return the body, up to the limits."""
        most, timeout_s = self._limits.body_bytes, self._limits.timeout_s
        said = request.headers.get("content-length", "0")
        if said.isdigit() and int(said) > most:
            raise refusals.too_large(most)
        try:
            return await asyncio.wait_for(_read(request, most), timeout_s)
        except asyncio.TimeoutError as error:
            raise refusals.too_slow("the body", timeout_s) from error


async def _read(request: Request, most: int) -> bytes:
    parts, taken = [], 0
    async for part in request.stream():
        taken += len(part)
        if taken > most:
            raise refusals.too_large(most)
        parts.append(part)
    return b"".join(parts)


def _replayed(body: bytes) -> Callable[[], Awaitable[dict[str, object]]]:
    """Return a receiver that gives a body which was read before."""

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def _or_refused(
    answered: Callable[[Request], Awaitable[Response]], request: Request
) -> Response:
    try:
        return await answered(request)
    except PostureError as error:
        return refusal(error)
    except ClientDisconnect:
        return refusal(RefusedError(400, "the body ends too early", hint=TAKEN, code="body"))


def refusal(error: PostureError, more: Mapping[str, str] | None = None) -> Response:
    """Return the answer to a request that is refused, with more headers if there are."""
    headers = {**(more or {}), **({"retry-after": "1"} if status_of(error) == 503 else {})}
    body = json_line(failure(error).to_json())
    return Response(body, status_of(error), headers, media_type="application/json")


def _no_such(request: Request, error: HTTPException) -> Response:
    message = "there is no such address"
    hint = "GET /openapi.json lists all addresses with their methods"
    if error.status_code == 405:
        allowed = (error.headers or {}).get("allow") or (error.headers or {}).get("Allow", "")
        message = f"{request.method} is not possible here"
        hint = SEND if request.url.path == PICTURES else f"use {allowed}; {hint}"
    refused = RefusedError(error.status_code, message, hint=hint, code="address")
    return refusal(refused, error.headers)


def _failed(request: Request, error: Exception) -> Response:
    hint = "please report it with the picture, if you may"
    return refusal(RefusedError(500, "something went wrong inside", hint=hint, code="internal"))


async def _always(answer: Response, request: Request) -> Response:
    return answer


def _described() -> bytes:
    """Return the description of all addresses, OpenAPI 3.1."""
    return resources.files(__package__).joinpath("openapi.json").read_bytes()
