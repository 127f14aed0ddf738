"""What time triggers: durable timers in PostgreSQL, and loops that call the outside."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.chassis import clock, metrics
from shared.chassis.database import TRANSIENT, Bell, Database, Db
from shared.chassis.outbox import publish
from shared.chassis.telemetry import log, span, traceparent
from shared.contracts.event import Event

_log = log(__name__)

Timed = Callable[[Db, str, datetime], Awaitable[Sequence[Event]]]
Looped = Callable[[Database], Awaitable[bool]]

TIMER_POLL_SECONDS = 0.5
LONGEST_BACK_OFF = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Loop:
    """A job that runs while it has work, then waits for its channel or its poll."""

    name: str
    run: Looped
    channel: str
    poll: float


class Jobs:
    """A service's jobs by name."""

    def __init__(self) -> None:
        self.timed: dict[str, Timed] = {}
        self.loops: list[Loop] = []

    def when(self, name: str) -> Callable[[Timed], Timed]:
        """Run the decorated job, in a transaction of its own, when a timer of this name is due."""

        def register(job: Timed) -> Timed:
            self.timed[name] = job
            return job

        return register

    def loop(self, *, channel: str, poll: float) -> Callable[[Looped], Looped]:
        """Run the decorated job until it returns False, then again when `channel` is notified or after `poll` s."""

        def register(job: Looped) -> Looped:
            self.loops.append(Loop(job.__name__, job, channel, poll))
            return job

        return register


async def set_timer(db: Db, name: str, *, key: str, due_at: datetime) -> None:
    """Set a timer under the current trace; one of the same name and key that is due earlier stands."""
    await db.execute(
        """
        INSERT INTO timer (name, key, due_at, traceparent) VALUES ($1, $2, $3, $4)
        ON CONFLICT (name, key) DO UPDATE SET due_at = least(timer.due_at, excluded.due_at)
        """,
        name,
        key,
        due_at,
        traceparent(),
    )
    await db.execute("SELECT pg_notify('timer', '')")


async def run_timers(database: Database, jobs: Jobs, bell: Bell) -> None:
    """Fire timers until the bell stops; replicas share them through SKIP LOCKED."""
    while not bell.stopped:
        fired = False
        try:
            fired = await fire_due(database, jobs)
        except TRANSIENT as error:
            metrics.waits(error, begins=False)
            _log.debug("timers wait", error=repr(error))
        if not fired:
            await bell.wait("timer", TIMER_POLL_SECONDS)


async def fire_due(database: Database, jobs: Jobs) -> bool:
    """Fire the timer that is most overdue, if any; its deletion, effect and events commit together."""
    now = clock.now()
    async with database.transaction() as db:
        timer = await db.fetchrow(
            """
            SELECT name, key, attempts, traceparent FROM timer WHERE due_at <= $2 AND name = ANY($1)
            ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED
            """,
            list(jobs.timed),
            now,
        )
        if timer is None:
            return False
        try:
            async with db.transaction():
                with span(f"timer {timer['name']}", parent=timer["traceparent"]):
                    await publish(db, await jobs.timed[timer["name"]](db, timer["key"], now))
                    await db.execute("DELETE FROM timer WHERE name = $1 AND key = $2", timer["name"], timer["key"])
        except TRANSIENT:
            raise
        except Exception:
            await _postpone(db, timer["name"], timer["key"], timer["attempts"])
            metrics.timer("postponed")
        else:
            metrics.timer("fired")
        return True


async def _postpone(db: Db, name: str, key: str, attempts: int) -> None:
    delay = min(timedelta(seconds=2 ** min(attempts, 16)), LONGEST_BACK_OFF)
    _log.exception("timer failed", timer=name, key=key, again_in=str(delay))
    await db.execute(
        "UPDATE timer SET attempts = attempts + 1, due_at = $3 WHERE name = $1 AND key = $2",
        name,
        key,
        clock.now() + delay,
    )


async def run_loop(loop: Loop, database: Database, bell: Bell) -> None:
    """Run one loop until the bell stops; a failure is logged and the job tried again after its poll."""
    while not bell.stopped:
        try:
            while await loop.run(database) and not bell.stopped:
                pass
        except TRANSIENT as error:
            metrics.waits(error, begins=False)
            _log.warning("job waits", job=loop.name, error=repr(error))
        except Exception:
            _log.exception("job failed", job=loop.name)
        await bell.wait(loop.channel, loop.poll)
