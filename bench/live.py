"""From the door for mail to the screens: one mail, and when each of the open live streams hears of it."""

from __future__ import annotations

import asyncio
import smtplib
import time
from statistics import median

from answerable.core.models import Membership, User
from bench import house
from bench.figures import Figure, high
from bench.house import Served
from bench.mails import mails
from bench.people import World, signed_in
from bench.words import Words

AIM = 1000
MAILS = 10
PATIENCE = 20.0
Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]
FILED = b'"message_filed"'


def measure(world: World, *, listeners: int) -> list[Figure]:
    cookies = [signed_in(user) for user in _people(world, listeners)]
    with house.served() as served:
        times, missing = asyncio.run(_measure(world, cookies, served))
    name = f"Mail in to note on {listeners} live screens"
    note = f"median {median(times):.0f} ms, slowest {max(times):.0f} ms, {MAILS} mails, {missing} notes missing"
    return [Figure(f"{name}, p99", high(times, 99), "ms", most=AIM if not missing else -1, note=note)]


def _people(world: World, count: int) -> list[User]:
    """Everybody is a member of the team that the mail is for."""
    users = User.objects.bulk_create(User(email=f"l{n}@bench.example", name=f"Listener {n}") for n in range(count))
    members = Membership.objects.bulk_create(
        Membership(workspace=world.ours, user=user, roles=["agent"]) for user in users
    )
    teams = Membership.teams.through
    teams.objects.bulk_create(teams(membership=member, team=world.teams[0]) for member in members)
    return users


async def _measure(world: World, cookies: list[str], served: Served) -> tuple[list[float], int]:
    streams = await asyncio.gather(*(_open(served.web, cookie) for cookie in cookies))
    times: list[float] = []
    for body in mails(MAILS, to=world.mailbox.address, words=Words(seed=13)):
        begin = time.perf_counter()
        heard = [asyncio.create_task(_hears(stream, begin)) for stream in streams]
        await asyncio.to_thread(_bring, served.smtp, body, world.mailbox.address)
        done, _ = await asyncio.wait(heard, timeout=PATIENCE)
        times += [task.result() for task in done]
        await asyncio.sleep(0.5)
    return times, MAILS * len(streams) - len(times)


async def _open(web: int, cookie: str) -> Stream:
    reader, writer = await asyncio.open_connection("127.0.0.1", web)
    writer.write(f"GET /live HTTP/1.1\r\nHost: 127.0.0.1:{web}\r\nCookie: {cookie}\r\n\r\n".encode())
    await reader.readuntil(b": here")
    return reader, writer


async def _hears(stream: Stream, begin: float) -> float:
    while FILED not in (line := await stream[0].readline()):
        if not line:
            raise ConnectionError("A live stream ended.")
    return (time.perf_counter() - begin) * 1000


def _bring(port: int, body: bytes, to: str) -> None:
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        smtp.sendmail("customer@customers.example", [to], body)
