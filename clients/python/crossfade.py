"""Crossfade for Python: one file, the standard library alone. The protocol: docs/protocol.md.

    crossfade = Crossfade(url, token, service="users-api", migrations=["users-birthdate"])
    with crossfade.operation("users-birthdate", tenant_id, "read") as side:
        user = read_new(id) if side == "new" else read_old(id)

An exception that leaves the block is counted as harm of the side that served; raise it outside
when it is an answer rather than harm (a 404, say). Nothing here raises because Crossfade is away.
"""

import contextlib, http.client, json, math, os, random, socket, threading, time, urllib.parse
from typing import NamedTuple, Optional

SIDE_OF_STAGE = {"off": "old", "dualwrite": "old", "shadow": "old",
                 "live": "new", "rampdown": "new", "complete": "new"}
RAMP_GROUP_ENDS = (1, 5, 10, 25, 37, 50, 75, 90, 95, 100)
HOPELESS = (400, 413, 422)  # the batch itself is refused: again it would block all later ones
UNIT_OF_NONE, ROWS_PER_REPORT, NAMED_UNITS, MASK = "~without-unit", 2_000, 10_000, 0xFFFFFFFF
REPORT_LIMIT, STREAM_LIMIT, CONFIRM_LIMIT, LONGEST_ANSWER = 5.0, 30.0, 1.0, 1 << 24


class UnitRequired(Exception):
    """The policy refuses calls that belong to no unit."""


class Decision(NamedTuple):
    side: str
    revision: int
    counted: bool = True  # False where doubt decided: such operations belong to neither cohort
    group: Optional[int] = None


def murmur3(text: str, seed: int = 0) -> int:
    """MurmurHash3 x86 32 over the low byte of each UTF-16 code unit, as Crossfade's hash is."""
    data, value = text.encode("utf-16-le", "surrogatepass")[::2], seed
    for at in range(0, len(data), 4):
        part = data[at:at + 4]
        k = int.from_bytes(part, "little") * 0xCC9E2D51 & MASK
        value ^= (k << 15 | k >> 17) * 0x1B873593 & MASK
        if len(part) == 4:
            value = ((value << 13 | value >> 19) & MASK) * 5 + 0xE6546B64 & MASK
    value ^= len(data)
    value = (value ^ value >> 16) * 0x85EBCA6B & MASK
    value = (value ^ value >> 13) * 0xC2B2AE35 & MASK
    return value ^ value >> 16


def bucket_of(unit: str, group_id: str) -> int:
    """1 to 100; a unit is in a share of n percent when its bucket is at most n."""
    return murmur3(f"{group_id}:{unit}") % 100 + 1


def ramp_group(bucket: int) -> int:
    return next(at for at, end in enumerate(RAMP_GROUP_ENDS) if bucket <= end)


def duration_bucket(seconds: float) -> int:
    """Of the exponential histogram of scale 4: bucket i holds (2^(i/16), 2^((i+1)/16)] seconds."""
    value = max(seconds, 1e-6)
    at = math.ceil(math.log2(value) * 16) - 1
    if value > 2 ** ((at + 1) / 16):
        return at + 1
    return at - 1 if value <= 2 ** (at / 16) else at


def is_understood(route) -> bool:
    """A route of a later version is neither followed nor acknowledged: better than half obeyed."""
    texts = lambda value: isinstance(value, list) and all(isinstance(one, str) for one in value)
    try:
        return (
            all(isinstance(route[key], str) for key in ("migration", "unitKey", "groupId"))
            and isinstance(route["revision"], int) and route["revision"] >= 1
            and isinstance(route["enabled"], bool) and 0 <= route["share"] <= 100
            and all(route[key] in SIDE_OF_STAGE for key in ("baseStage", "canaryStage"))
            and route["withoutUnit"] in ("old", "new", "refuse")
            and route["safeSide"] in ("old", "new")
            and texts(route["pinned"]) and texts(route["quarantined"])
            and all(isinstance(ring["name"], str) and texts(ring["units"]) for ring in route["rings"])
        )
    except (KeyError, TypeError):
        return False


def side_of(route: dict, unit: Optional[str]) -> Optional[str]:
    """The side that serves a unit; None for a call without one that the route refuses."""
    if not route["enabled"]:
        return route["safeSide"]
    base, canary = (SIDE_OF_STAGE[route[key]] for key in ("baseStage", "canaryStage"))
    if route["baseStage"] == "complete":
        return base
    if not unit:
        if route["withoutUnit"] != "new":
            return {"old": "old", "refuse": None}[route["withoutUnit"]]
        return canary if base == "old" and (route["share"] > 0 or route["rings"]) else base
    if unit in route["pinned"] or unit in route["quarantined"]:
        return "old"
    if any(unit in ring["units"] for ring in route["rings"]):
        return canary
    return canary if bucket_of(unit, route["groupId"]) <= route["share"] else base


class Tally:
    """What happened under one revision of one migration and has not been reported."""

    def __init__(self):
        self.begin, self.units, self.latency = time.time(), {}, {}
        self.served, self.without_unit = {"old": 0, "new": 0}, 0

    def take(self, migration: str, revision: int, rows: int) -> dict:
        """As evidence, with so many units at the most; the others stay."""
        taken = [(key, self.units.pop(key)) for key in list(self.units)[:rows]]
        evidence = {
            "migration": migration, "revision": revision, "comparisons": [], "fallbacks": 0,
            "fromMs": self.begin * 1000, "toMs": time.time() * 1000,
            "units": [{"unit": unit, "cohort": cohort, "operation": operation,
                       "requests": requests, "failed": failed}
                      for (unit, cohort, operation), (requests, failed) in taken],
            "latency": [{"cohort": cohort, "operation": operation, "buckets": buckets,
                         **({} if group is None else {"group": group})}
                        for (cohort, operation, group), buckets in self.latency.items()],
            "withoutUnit": self.without_unit, "served": self.served,
        }
        self.latency, self.served, self.without_unit = {}, {"old": 0, "new": 0}, 0
        return evidence


class Crossfade:
    """A connection. Times are in seconds. One for each process, made after it has forked."""

    def __init__(self, url, token, service, migrations, *, instance=None, version=None,
                 heartbeat=1.0, max_stale=900.0, freeze_after=2.0):
        self._url, self._token = urllib.parse.urlsplit(url.rstrip("/")), token
        name = instance or f"{socket.gethostname()}-{os.getpid()}"
        self._self = {"service": service, "instance": f"{name}-{random.getrandbits(32):08x}",
                      "implements": list(migrations), "maxStaleMs": int(max_stale * 1000), "client": "crossfade.py 1",
                      **({"version": version} if version else {})}
        self._heartbeat, self._max_stale, self._freeze_after = heartbeat, max_stale, freeze_after
        self._routes, self._running, self._names, self._tallies = {}, {}, {}, {}
        self._seq, self._batch, self._left = 0, None, False
        self._contact = self._suspect = None
        self._beat, self._closed = time.monotonic(), False
        self._lock, self._sending, self._wake = threading.RLock(), threading.Lock(), threading.Event()
        for work in (self._report_for_ever, self._stream_for_ever, self._prove_to_run):
            threading.Thread(target=work, daemon=True).start()

    @contextlib.contextmanager
    def operation(self, migration: str, unit: Optional[str], kind: str = "read"):
        """Yields the side that is to serve this read or write, and counts how it went."""
        self._confirm_after_freeze()
        with self._lock:  # a newer revision is acknowledged before this decision, or waits for it
            decision = self._decide(migration, unit)
            running = (migration, decision.revision) if decision.side == "new" else None
            if running:
                self._running[running] = self._running.get(running, 0) + 1
        began, failed = time.monotonic(), True
        try:
            yield decision.side
            failed = False
        finally:
            with self._lock:
                self._count(migration, decision, unit, (kind, failed, time.monotonic() - began))
                if running:
                    self._running[running] -= 1
                    if decision.revision < self._routes[migration]["revision"]:
                        self._wake.set()  # a rollback waits for exactly this news

    def decide(self, migration: str, unit: Optional[str]) -> Decision:
        """Raises UnitRequired; otherwise always answers, from memory."""
        self._confirm_after_freeze()
        return self._decide(migration, unit)

    def _decide(self, migration: str, unit: Optional[str]) -> Decision:
        route = self._routes.get(migration)
        if route is None:
            return Decision("old", 0)
        revision = route["revision"]
        if self._closed or self._suspect is not None or self._is_stale():
            return Decision(route["safeSide"], revision, counted=False)
        side = side_of(route, unit)
        if side is None:
            raise UnitRequired(f"{migration} refuses calls without a {route['unitKey']}")
        group = ramp_group(bucket_of(unit, route["groupId"])) if unit else None
        return Decision(side, revision, group=group)

    def close(self, patience: float = 2.0) -> None:
        """Reports what is left and that this process leaves; afterwards the safe side serves."""
        self._closed, until = True, time.monotonic() + patience
        while time.monotonic() < until and not self._left:
            self._report(leaving=True, limit=patience)

    def _is_stale(self) -> bool:
        return self._contact is None or time.monotonic() - self._contact > self._max_stale

    def _confirm_after_freeze(self) -> None:
        """Who did not run for a while (SIGSTOP, a suspended machine) may have missed a rollback."""
        now = time.monotonic()
        if now - self._beat > self._freeze_after:
            self._beat = self._suspect = now
        if self._suspect is not None:
            self._report(limit=CONFIRM_LIMIT)

    def _prove_to_run(self) -> None:
        while not self._closed:
            time.sleep(0.1)
            now = time.monotonic()
            if now - self._beat > self._freeze_after:
                self._suspect = now
                self._wake.set()
            self._beat = now

    def _count(self, migration, decision, unit, record) -> None:
        kind, failed, seconds = record
        tally = self._tallies.setdefault((migration, decision.revision), Tally())
        tally.served[decision.side] += 1
        tally.without_unit += not unit
        if not decision.counted:
            return
        cohort = "canary" if decision.side == "new" else "baseline"
        name = self._name_of(migration, unit) if unit else UNIT_OF_NONE
        row = tally.units.setdefault((name, cohort, kind), [0, 0])
        row[0], row[1] = row[0] + 1, row[1] + failed
        if not failed:  # how fast it fails says nothing of how fast it is
            buckets = tally.latency.setdefault((cohort, kind, decision.group), {})
            key = str(duration_bucket(seconds))
            buckets[key] = buckets.get(key, 0) + 1

    def _name_of(self, migration, unit) -> str:
        """The first 10,000 units keep their names; others share 64 buckets, as odd ids do."""
        names = self._names.setdefault(migration, set())
        odd = any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in unit)
        too_long = len(unit.encode("utf-16-le", "surrogatepass")) > 400
        if unit in names or (len(names) < NAMED_UNITS and not odd and not too_long):
            names.add(unit)
            return unit
        return f"~bucket-{murmur3(unit) % 64}"

    def _report_for_ever(self) -> None:
        while not self._closed:
            self._wake.clear()
            self._report()
            self._wake.wait(self._heartbeat)

    def _report(self, leaving=False, limit=REPORT_LIMIT) -> bool:
        """A batch keeps its number and its evidence until it is answered: it counts once."""
        with self._sending:
            if self._left:
                return False
            with self._lock:
                if self._batch is None:
                    self._seq += 1
                    self._batch = {"seq": self._seq, "evidence": self._take()}
                acknowledged = [self._acknowledgement(name) for name in self._self["implements"]]
                left = leaving and not self._tallies
                body = {**self._self, **self._batch, "acknowledged": acknowledged, "leaving": left}
            sent = time.monotonic()
            status, answer = self._post(json.dumps(body).encode(), limit)
            if status == 200 or status in HOPELESS:
                self._batch = None
            if status != 200:
                return False
            self._left = left
        self._follow(answer)
        self._contact = max(self._contact or sent, sent)  # never later than Crossfade believes it
        if self._suspect is not None and sent >= self._suspect:
            self._suspect = None
        return True

    def _take(self) -> list:
        evidence, rows = [], ROWS_PER_REPORT
        for key, tally in list(self._tallies.items()):
            evidence.append(tally.take(*key, rows))
            rows -= len(evidence[-1]["units"])
            if not tally.units:
                del self._tallies[key]
        return evidence

    def _acknowledgement(self, migration) -> dict:
        route = self._routes.get(migration, {"revision": 0, "safeSide": "old"})
        older = sum(count for (name, revision), count in self._running.items()
                    if name == migration and revision < route["revision"])
        return {"migration": migration, "revision": route["revision"],
                "safeSide": route["safeSide"], "draining": older}

    def _follow(self, text: bytes) -> None:
        with contextlib.suppress(ValueError, AttributeError, TypeError):
            for route in json.loads(text).get("routes", []):
                if not is_understood(route) or route["migration"] not in self._self["implements"]:
                    continue
                with self._lock:
                    known = self._routes.get(route["migration"], {"revision": 0, "safeSide": "old"})
                    if route["revision"] <= known["revision"]:
                        continue
                    if known["safeSide"] == "new":  # the old shape may be gone by now
                        route["safeSide"] = "new"
                    self._routes[route["migration"]] = route
                self._wake.set()

    def _stream_for_ever(self) -> None:
        query = {"service": self._self["service"], "instance": self._self["instance"],
                 "implements": ",".join(self._self["implements"])}
        path, pause = f"/api/v1/sdk/stream?{urllib.parse.urlencode(query)}", 0.25
        while not self._closed:
            with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
                connection, response = self._ask("GET", path, None, STREAM_LIMIT)
                with contextlib.closing(connection):
                    pause = 0.25 if response.status == 200 else pause
                    event = b""
                    while response.status == 200 and (line := response.readline(LONGEST_ANSWER)):
                        name, _, value = line.strip().partition(b": ")
                        event = value if name == b"event" else event if line.strip() else b""
                        if name == b"data" and event == b"routes":
                            self._follow(value)
            time.sleep(pause * random.uniform(0.5, 1.5))
            pause = min(pause * 2, 10.0)

    def _post(self, body: bytes, limit: float):
        try:
            connection, response = self._ask("POST", "/api/v1/sdk/report", body, limit)
            with contextlib.closing(connection):
                return response.status, response.read(LONGEST_ANSWER)
        except (OSError, http.client.HTTPException):
            return 0, b""

    def _ask(self, method, path, body, limit):
        kind = http.client.HTTPSConnection if self._url.scheme == "https" else http.client.HTTPConnection
        connection = kind(self._url.netloc, timeout=limit)
        headers = {"authorization": f"Bearer {self._token}", "content-type": "application/json"}
        connection.request(method, f"{self._url.path}{path}", body, headers)
        return connection, connection.getresponse()
