"""The one way out: documents are fetched only from hosts that the setting `reach` names, and every address behind a name, and
every redirect, is looked at before a connection is made. Also what XML may not bring in.
"""

from __future__ import annotations

import http.client
import ipaddress
import re
import socket
import ssl
from urllib.parse import urljoin, urlsplit

from kg.errors import QueryError, RefusedError

REDIRECTS, SECONDS, LONGEST = 5, 10.0, 50_000_000
_ENTITY = re.compile(rb"<!ENTITY\s+(%?)\s*(\S+)\s+(?:(SYSTEM|PUBLIC)|\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_DOCTYPE = re.compile(rb"<!DOCTYPE\s+[^\[>]*?\b(SYSTEM|PUBLIC)\b", re.IGNORECASE)


def fetch(url: str, reach: list[str], accept: str) -> tuple[bytes, str]:
    """Body and media type of a document; RefusedError where it may not be reached, QueryError where it cannot."""
    for _ in range(REDIRECTS + 1):
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise RefusedError(f"<{url}> is no web address: nothing else is fetched")
        port = parts.port or (443 if parts.scheme == "https" else 80)
        address = checked(parts.hostname, port, reach)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        status, headers, body = _get(parts.scheme, parts.hostname, address, port, path, accept)
        if status in (301, 302, 303, 307, 308) and headers.get("location"):
            url = urljoin(url, headers["location"])
            continue
        if status != 200:
            raise QueryError(f"<{url}> answers {status}")
        return body, headers.get("content-type", "").split(";")[0].strip().lower()
    raise QueryError(f"<{url}> redirects too often")


def checked(host: str, port: int, reach: list[str]) -> str:
    """An address of the host that may be connected to; RefusedError where host or address may not be reached."""
    named = {name.lower() for name in reach}
    if not {host.lower(), f"{host.lower()}:{port}"} & named:
        raise RefusedError(f"{host} may not be reached: nothing is fetched", hint="name the host in the setting reach")
    try:
        found = sorted({info[4][0] for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)})
    except OSError as error:
        raise QueryError(f"{host} cannot be found: {error.strerror}") from error
    for address in found:
        if not _public(str(address)) and not {str(address), f"{address}:{port}"} & named:
            raise RefusedError(f"{host} is {address}, an address that is not public", hint="name the address itself in the setting reach")
    return str(found[0])


def _public(address: str) -> bool:
    ip = ipaddress.ip_address(address.split("%")[0])
    mapped = getattr(ip, "ipv4_mapped", None)
    return (mapped or ip).is_global and not ip.is_multicast


def _get(scheme: str, host: str, address: str, port: int, path: str, accept: str) -> tuple[int, dict[str, str], bytes]:
    """One request to the address that was checked; names are not resolved again."""
    connection = http.client.HTTPConnection(host, port, timeout=SECONDS)
    try:
        raw = socket.create_connection((address, port), SECONDS)
        connection.sock = ssl.create_default_context().wrap_socket(raw, server_hostname=host) if scheme == "https" else raw
        connection.request("GET", path, headers={"Accept": accept})
        answer = connection.getresponse()
        body = answer.read(LONGEST + 1)
    except (OSError, http.client.HTTPException) as error:
        raise QueryError(f"{host} does not answer: {error}") from error
    finally:
        connection.close()
    if len(body) > LONGEST:
        raise QueryError(f"{host} sends more than {LONGEST} bytes")
    return answer.status, {k.lower(): v for k, v in answer.getheaders()}, body


def no_entities(body: bytes, place: str = "document") -> None:
    """RefusedError for XML that brings in other files, or whose entities stand for one another and so can grow without end."""
    text = (body[:3] == b"\xef\xbb\xbf" and body[3:]) or body
    if text[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in text[:8]:
        raise RefusedError("is XML in UTF-16 or UTF-32", place=place, hint="send UTF-8")
    if _DOCTYPE.search(text):
        raise RefusedError("is XML with an external document type: nothing is fetched", place=place)
    for parameter, name, outside, *values in _ENTITY.findall(text):
        value = b"".join(values)
        if outside or parameter:
            raise RefusedError(f"is XML with the external or parameter entity {name.decode(errors='replace')}: nothing is fetched", place=place)
        if b"&" in value or len(value) > 2000:
            raise RefusedError(f"is XML with the expanding entity {name.decode(errors='replace')}", place=place, hint="write it out")
