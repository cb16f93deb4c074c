"""The server: connections, who may do what, what goes wrong, what was asked for."""

import asyncio
import contextlib
import fnmatch
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from s3_server import faults, messages
from s3_server.faults import Faults
from s3_server.messages import Answer, Closed, Refused, Request
from s3_server.operations import name_operation, perform
from s3_server.signatures import Account, Claim, verify
from s3_server.storage import Bucket

REGION = "us-west-2"
# AWS's documented example key.
TESTER = Account("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
MOST_HEAD_BYTES = 1 << 16
PIECE_BYTES = 1 << 20
STALLS_FOR = 120  # seconds; a client that waits longer is let go


@dataclass
class Seen:
    """One request as the server took it."""

    operation: str
    bucket: str
    key: str
    range: str
    query: dict[str, str]
    headers: dict[str, str]
    status: int
    fault: str
    at: float  # monotonic


@dataclass
class Appointment:
    """Something to do right before a request is carried out: the `number`-th of its kind."""

    operation: str
    number: int
    act: Callable[[], None]
    key: str | None = None


class S3Server:
    """Serves on a port of its own, on a thread of its own, while the `with` lasts.

    Threads: its members are the test's to change at any time.
    """

    def __init__(self, region: str = REGION, tls: ssl.SSLContext | None = None, port: int = 0):
        self.region = region
        self.accounts = {TESTER.access_key: TESTER}
        self.buckets: dict[str, Bucket] = {}
        self.denied: list[tuple[str, str]] = []  # action, pattern of bucket or bucket/key
        self.faults = Faults()
        self.seen: list[Seen] = []
        self.appointments: list[Appointment] = []
        self.latency = 0.0  # seconds before each answer
        self.clock_offset = 0.0  # seconds from the true time
        self.domain = "localhost"  # of virtual-host style: BUCKET.localhost
        # How a request signed for another region than the bucket's is sent on: "permanent" (301),
        # "temporary" (307) or "malformed" (400).
        self.redirect = "permanent"
        self.port = port
        self.tls = tls
        self._connections: set[asyncio.StreamWriter] = set()
        self._is_gone = False
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._server: asyncio.Server | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    # --- for tests -----------------------------------------------------------------------------

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def environment(self, account: Account | None = TESTER) -> dict[str, str]:
        """What a client needs to come here as `account`, or as nobody."""
        found = {"AWS_ENDPOINT_URL_S3": self.url, "AWS_REGION": self.region}
        found["AWS_EC2_METADATA_DISABLED"] = "true"
        if account:
            found["AWS_ACCESS_KEY_ID"] = account.access_key
            found["AWS_SECRET_ACCESS_KEY"] = account.secret
        if account and account.token:
            found["AWS_SESSION_TOKEN"] = account.token
        return found

    def bucket(self, name: str, region: str = "", is_public: bool = False) -> Bucket:
        """A new bucket."""
        self.buckets[name] = Bucket(name, region or self.region, is_public)
        return self.buckets[name]

    def deny(self, action: str, resource: str) -> None:
        """`s3:GetObject`, `music/logs/*`; `s3:ListBucket`, `music`."""
        self.denied.append((action, resource))

    def when(
        self, operation: str, number: int, act: Callable[[], None], key: str | None = None
    ) -> None:
        """Runs `act` on the server's thread right before the `number`-th such request from now."""
        self.appointments.append(Appointment(operation, number, act, key))

    def requests(self, operation: str = "", key: str | None = None) -> list[Seen]:
        return [
            seen
            for seen in self.seen
            if operation in ("", seen.operation) and key in (None, seen.key)
        ]

    def count(self, operation: str = "", key: str | None = None) -> int:
        return len(self.requests(operation, key))

    def forget(self) -> None:
        """The requests so far, and the faults."""
        self.seen = []
        self.faults = Faults()

    def vanish(self) -> None:
        """As if the machine were gone: no connection is answered, none can be made."""
        self._is_gone = True
        self._loop.call_soon_threadsafe(self._hang_up)

    def _hang_up(self) -> None:
        if self._server:
            self._server.close()
        for writer in list(self._connections):
            reset(writer)

    # --- the thread ------------------------------------------------------------------------------

    def __enter__(self) -> "S3Server":
        self._thread.start()
        if not self._ready.wait(10):
            raise RuntimeError("the S3 server did not start")
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._listen())
        self._ready.set()
        self._loop.run_forever()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        if self._server:
            self._server.close()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(
            self._converse,
            "127.0.0.1",
            self.port,
            limit=MOST_HEAD_BYTES,
            ssl=self.tls,
            backlog=512,
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections.add(writer)
        try:
            while await self._serve_one(reader, writer):
                pass
        except (Closed, OSError, asyncio.CancelledError):
            pass
        finally:
            self._connections.discard(writer)
            with contextlib.suppress(OSError, RuntimeError):
                writer.close()

    async def _serve_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Whether the connection may go on."""
        request = await messages.read_request(reader, writer)
        answer = self.answer(request)
        if self.latency:
            await asyncio.sleep(self.latency)
        if self._is_gone:
            raise Closed
        return await send(answer, request.method == "HEAD", reader, writer)

    # --- one request -----------------------------------------------------------------------------

    def answer(self, request: Request) -> Answer:
        fault = ""
        try:
            request.locate(self.domain)
            request.operation, action = name_operation(request)
            self._keep_appointments(request)
            fault = self.faults.choose(request)
            if fault in faults.REFUSALS:
                raise faults.REFUSALS[fault]
            if fault == "error_in_success":
                inside = faults.REFUSALS["internal_error"].answer(request)
                answer = Answer(200, inside.headers, inside.body)
            else:
                answer = perform(self._admit(request, action), request)
        except Refused as refused:
            answer = refused.answer(request)
        except UnicodeDecodeError:
            answer = Refused(400, "InvalidURI", "Couldn't parse the specified URI.").answer(request)
        if fault and fault not in faults.REFUSALS and fault != "error_in_success":
            spoilt = faults.apply(fault, request, answer, self._whole(request))
            answer, fault = (spoilt, fault) if spoilt else (answer, "")
        self._remember(request, answer, fault)
        messages.stamp(answer.headers, self.clock_offset)
        return answer

    def _keep_appointments(self, request: Request) -> None:
        for each in list(self.appointments):
            if each.operation == request.operation and each.key in (None, request.key):
                each.number -= 1
                if each.number == 0:
                    self.appointments.remove(each)
                    each.act()

    def _admit(self, request: Request, action: str) -> Bucket:
        """The bucket, if whoever asks may do this to it."""
        now = datetime.now(UTC) + timedelta(seconds=self.clock_offset)
        claim = verify(request, self.accounts, now)
        bucket = self.buckets.get(request.bucket)
        if bucket is None:
            text = "The specified bucket does not exist"
            raise Refused(404, "NoSuchBucket", text, BucketName=request.bucket)
        if bucket.elsewhere:
            text = "Please re-send this request to the specified temporary endpoint."
            headers = {"Location": f"{bucket.elsewhere}{request.target}"}
            host = bucket.elsewhere.partition("://")[2]
            raise Refused(307, "TemporaryRedirect", text, headers, Endpoint=host)
        if claim and claim.region != bucket.region:
            raise self._other_region(request, bucket, claim)
        is_reading = request.method in ("GET", "HEAD")
        if claim is None and not (bucket.is_public and is_reading):
            raise Refused(403, "AccessDenied", "Access Denied")
        self._check_policy(action, request)
        if action == "s3:GetObject" and request.key not in bucket.objects:
            # Whoever may not list may not learn that a key is missing.
            self._check_policy("s3:ListBucket", request)
        return bucket

    def _check_policy(self, action: str, request: Request) -> None:
        resource = request.bucket
        if request.key and action != "s3:ListBucket":
            resource += f"/{request.key}"
        for denied, pattern in self.denied:
            if fnmatch.fnmatchcase(action, denied) and fnmatch.fnmatchcase(resource, pattern):
                raise Refused(403, "AccessDenied", "Access Denied")

    def _other_region(self, request: Request, bucket: Bucket, claim: Claim) -> Refused:
        headers = {"x-amz-bucket-region": bucket.region}
        if self.redirect == "malformed":
            text = f"The authorization header is malformed; the region '{claim.region}' is wrong; "
            text += f"expecting '{bucket.region}'"
            return Refused(400, "AuthorizationHeaderMalformed", text, headers, Region=bucket.region)
        text = "The bucket you are attempting to access must be addressed using the specified "
        text += "endpoint. Please send all future requests to this endpoint."
        host = request.header("host")
        code, status = ("PermanentRedirect", 301)
        if self.redirect == "temporary":
            code, status = ("TemporaryRedirect", 307)
        return Refused(status, code, text, headers, Endpoint=host, Bucket=bucket.name)

    def _whole(self, request: Request) -> bytes:
        bucket = self.buckets.get(request.bucket)
        stored = bucket.objects.get(request.key) if bucket else None
        return stored.read() if stored else b""

    def _remember(self, request: Request, answer: Answer, fault: str) -> None:
        if fault:
            self.faults.met[fault] += 1
        self.seen.append(
            Seen(
                request.operation,
                request.bucket,
                request.key,
                request.header("range"),
                request.query,
                dict(request.headers),
                answer.status,
                fault,
                time.monotonic(),
            )
        )


async def send(
    answer: Answer, is_head: bool, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> bool:
    """Whether all of it was sent."""
    if answer.sent_bytes != -1:
        data = memoryview(answer.bytes(is_head))
        for start in range(0, len(data), PIECE_BYTES):
            writer.write(data[start : start + PIECE_BYTES])
            await writer.drain()
    if answer.end == "stall":
        with contextlib.suppress(TimeoutError, asyncio.TimeoutError, OSError):
            await asyncio.wait_for(reader.read(1), STALLS_FOR)  # until the client gives up
        return False
    if answer.end == "reset":
        await asyncio.sleep(0.01)  # what was sent arrives
        reset(writer)
    return not answer.end


def reset(writer: asyncio.StreamWriter) -> None:
    """Ends a connection with RST, not FIN."""
    sock = writer.get_extra_info("socket")
    with contextlib.suppress(OSError, AttributeError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
