"""Connections: told apart, since ports come again; closed where the head of a request is too slow, which would hold descriptors for ever."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# how long a connection may be without a whole request head, in seconds
HEAD_SECONDS = 15.0


class PatientProtocol(HttpToolsProtocol):
    """Uvicorn's protocol with a limit on the time that a request's head may take."""

    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The first head is awaited; requests know their connection by `state`."""
        super().connection_made(transport)
        self.app_state = self.app_state | {"connection": object()}
        self._await_head()

    def on_message_begin(self) -> None:
        """Another head has begun."""
        super().on_message_begin()
        if self._late is None:
            self._await_head()

    def on_headers_complete(self) -> None:
        """The head is there."""
        self._there()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is awaited any more."""
        self._there()
        super().connection_lost(exc)

    def _await_head(self) -> None:
        self._late = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _there(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None
