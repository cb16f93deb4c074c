"""HTTP as the server sees it: a request taken apart, an answer with what goes wrong on its way."""

import asyncio
import time
from dataclasses import dataclass, field
from email.utils import formatdate
from urllib.parse import unquote, unquote_plus
from xml.sax.saxutils import escape

REASONS = {
    200: "OK",
    204: "No Content",
    206: "Partial Content",
    301: "Moved Permanently",
    304: "Not Modified",
    307: "Temporary Redirect",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    412: "Precondition Failed",
    416: "Requested Range Not Satisfiable",
    429: "Too Many Requests",
    500: "Internal Server Error",
    501: "Not Implemented",
    503: "Slow Down",
}


class Closed(Exception):
    """The client is gone, or does not speak HTTP."""


@dataclass
class Request:
    method: str
    target: str  # as it came
    headers: list[tuple[str, str]]
    body: bytes
    bucket: str = ""
    key: str = ""
    operation: str = ""  # GetObject, ListObjectsV2, ...
    query: dict[str, str] = field(default_factory=dict)

    def header(self, name: str, default: str = "") -> str:
        return next((value for each, value in self.headers if each == name), default)

    def locate(self, domain: str) -> None:
        """Sets bucket, key and query: the bucket is the first part of the path, or of the host."""
        path, _, query = self.target.partition("?")
        for pair in filter(None, query.split("&")):
            name, _, value = pair.partition("=")
            self.query[unquote_plus(name)] = unquote_plus(value)
        path = unquote(path.removeprefix("/"), errors="strict")
        host = self.header("host").rsplit(":", 1)[0]
        if host.endswith(f".{domain}"):
            self.bucket, self.key = host.removesuffix(f".{domain}"), path
        else:
            self.bucket, _, self.key = path.partition("/")

    @property
    def path(self) -> str:
        return unquote(self.target.partition("?")[0])


@dataclass
class Answer:
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    length: int | None = None  # what Content-Length says, if not the truth
    sent_bytes: int | None = None  # of the body, if not all
    end: str = ""  # then: reset, close, stall

    def bytes(self, is_head: bool) -> bytes:
        length = len(self.body) if self.length is None else self.length
        lines = [f"HTTP/1.1 {self.status} {REASONS[self.status]}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        if self.status not in (204, 304):
            lines.append(f"Content-Length: {length}")
        head = "\r\n".join([*lines, "", ""]).encode()
        return head if is_head else head + self.body[: self.sent_bytes]


class Refused(Exception):
    """An error as S3 tells it."""

    def __init__(self, status: int, code: str, message: str, headers=None, **details: str):
        super().__init__(code)
        self.status, self.code, self.message = status, code, message
        self.headers = headers or {}
        self.details = details

    def answer(self, request: Request) -> Answer:
        parts = {"Code": self.code, "Message": self.message, **self.details}
        parts |= {"Resource": request.path, "RequestId": "4442587FB7D0A2F9"}
        inner = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in parts.items())
        text = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{inner}</Error>'
        return xml_answer(text, self.status, self.headers)


def xml_answer(text: str, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    kind = {"Content-Type": "application/xml"}
    return Answer(status, {**kind, **(headers or {})}, text.encode())


def stamp(headers: dict[str, str], offset: float) -> None:
    """What S3 says with every answer; its clock is `offset` seconds from ours."""
    headers["Date"] = formatdate(time.time() + offset, usegmt=True)
    headers["Server"] = "AmazonS3"
    headers["x-amz-request-id"] = "4442587FB7D0A2F9"


async def read_request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Request:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode("utf-8").split("\r\n")[:-2]
        method, target, _ = first.split(" ")
        headers = []
        for line in lines:
            name, _, value = line.partition(":")
            headers.append((name.lower(), value.strip(" \t")))
        request = Request(method, target, headers, b"")
        if request.header("expect").lower() == "100-continue":
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.body = await reader.readexactly(int(request.header("content-length", "0")))
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError, ValueError) as error:
        raise Closed from error
    return request
