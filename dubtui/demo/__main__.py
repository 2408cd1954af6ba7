"""Serve the demo over loopback: `python -m dubtui.demo --port 8100`."""

import argparse
import asyncio
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from dubtui.demo import asgi, faults, seed
from dubtui.demo.data import DataError, read
from dubtui.demo.server import RESET_PATH, Demo

HOST = "127.0.0.1"
PROGRAM = "python -m dubtui.demo"


class LosableProtocol(H11Protocol):
    """HTTP whose connections the application can close at once, as a fault may ask."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        stream = cast(asyncio.Transport, transport)
        super().connection_made(stream)
        app = self.app

        async def losable(scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
            await app({**scope, "extensions": {asgi.ABORT: stream.abort}}, receive, send)

        self.app = losable


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until ctrl+c; 2 for arguments that cannot be followed, 1 where the port is taken."""
    options = _parser().parse_args(arguments)
    with socket.socket(proto=socket.IPPROTO_TCP) as listener:  # named, so that asyncio lets small answers go at once
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, options.port))
        except OSError as error:
            return _failed(f"port {options.port} cannot be used: {error.strerror}", status=1)
        try:
            demo = _demo(options)
        except DataError as error:
            return _failed(str(error), status=2)
        with demo:
            listener.listen()
            address = f"http://{HOST}:{listener.getsockname()[1]}"
            keys = f"the keys that {options.data} names" if options.data else f"the key {seed.KEY}"
            print(f"A Dub in a box listens at {address} for {keys}.", file=sys.stderr)
            print(f"POST {address}{RESET_PATH} brings the data back, ctrl+c ends it.", file=sys.stderr, flush=True)
            return _serve(demo, listener)


def _demo(options: argparse.Namespace) -> Demo:
    return Demo(
        read(options.data) if options.data else None,
        seed_size=options.seed_size,
        rate_limit=options.rate_limit,
        applies_country=options.apply_country,
        faults=options.fault,
        resettable=True,
    )


def _serve(demo: Demo, listener: socket.socket) -> int:
    config = uvicorn.Config(
        demo,
        http=LosableProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        date_header=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    try:
        uvicorn.Server(config).run(sockets=[listener])
    except KeyboardInterrupt:
        return 130
    return 0


def _failed(sentence: str, *, status: int) -> int:
    print(f"{PROGRAM}: {sentence}", file=sys.stderr)
    return status


def _parser() -> argparse.ArgumentParser:
    kinds = "\n".join(f"  {kind:<12} {what}" for kind, what in faults.KINDS.items())
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        description="Serve an invented Dub workspace on 127.0.0.1.",
        epilog=f"kinds of fault:\n{kinds}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--port", type=_port, required=True, metavar="N", help="where to listen; 0 takes a free port")
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--data", type=Path, metavar="FILE", help="serve the workspaces and keys of this file")
    source.add_argument(
        "--seed-size", type=_count, default=seed.DEFAULT_SIZE, metavar="N", help="so many customers (default: 312)"
    )
    parser.add_argument("--rate-limit", type=_count, metavar="N", help="calls a minute, in place of the plan's")
    parser.add_argument("--apply-country", action="store_true", help="apply a changed country, as a later Dub does")
    parser.add_argument(
        "--fault",
        type=_fault,
        action="append",
        default=[],
        metavar="KIND[:OPTION=VALUE,...]",
        help="misbehave, may be repeated; options: method, path (a beginning), every, times, seconds",
    )
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 0xFFFF:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; give a number from 0 to 65535")
    return int(text)


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 0 on")
    return int(text)


def _fault(text: str) -> faults.Fault:
    try:
        return faults.Fault.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


if __name__ == "__main__":
    sys.exit(main())
