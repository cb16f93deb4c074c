"""Serves folders as buckets until it is stopped; prints what a client needs in its environment."""

import argparse
import signal
from pathlib import Path

from s3_server import KINDS, Faults, S3Server


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m s3_server", description=__doc__)
    parser.add_argument("buckets", nargs="*", metavar="NAME[=FOLDER]", help="what to serve")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--public", action="store_true", help="anyone may list and read")
    parser.add_argument("--page", type=int, default=1000, help="keys a page of a listing")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--fault", default="", help=f"comma-separated, of: {', '.join(KINDS)}")
    parser.add_argument("--rate", type=float, default=1 / 3, help="of requests that meet a fault")
    parser.add_argument("--seed", type=int, default=0)
    flags = parser.parse_args()
    server = S3Server(port=flags.port)
    server.latency = flags.latency
    server.faults = Faults(tuple(filter(None, flags.fault.split(","))), flags.rate, flags.seed)
    for text in flags.buckets:
        name, _, folder = text.partition("=")
        bucket = server.bucket(name, is_public=flags.public)
        bucket.page_size = flags.page
        if folder:
            bucket.lay(Path(folder))
    with server:
        for name, value in server.environment().items():
            print(f"export {name}={value}", flush=True)
        signal.sigwait({signal.SIGINT, signal.SIGTERM})


if __name__ == "__main__":
    main()
