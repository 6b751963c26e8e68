"""Crossfade for Python: one file, the standard library alone. The protocol: docs/protocol.md.

    crossfade = Crossfade(url, token, service="users-api", migrations=["users-birthdate"])
    with crossfade.operation("users-birthdate", tenant_id, "read") as side:
        user = read_new(id) if side == "new" else read_old(id)

An exception that leaves the block is counted as harm of the side that served; raise it outside
when it is an answer rather than harm (a 404, say). Nothing here raises because Crossfade is away.
"""

import contextlib, http.client, json, math, os, random, socket, threading, time, urllib.parse, uuid
from bisect import bisect_left
from collections import Counter, defaultdict, deque, namedtuple

SIDES = {"off": "old", "dualwrite": "old", "shadow": "old",
         "live": "new", "rampdown": "new", "complete": "new"}
WORDS = {"baseStage": tuple(SIDES), "canaryStage": tuple(SIDES),
         "safeSide": ("old", "new"), "withoutUnit": ("old", "new", "refuse")}
TYPES = {"migration": str, "groupId": str, "revision": int, "enabled": bool, "share": (int, float),
         "pinned": list, "quarantined": list, "rings": list}
NO_ROUTE = {"revision": 0, "enabled": False, "safeSide": "old", "groupId": ""}
RAMP_GROUP_ENDS = (1, 5, 10, 25, 37, 50, 75, 90, 95, 100)
REFUSED = (400, 413, 422)  # the batch itself: sent again it would block all later ones
NAMED_UNITS, PER_REPORT, KEPT, LONGEST = 10_000, 2_000, 100_000, 1 << 24
ANSWER_LIMIT, SILENCE_LIMIT, CONFIRM_LIMIT = 5.0, 30.0, 1.0  # seconds

# A cohort of None: doubt decided, so it belongs to neither.
Operation = namedtuple("Operation", "at side cohort unit kind group failed seconds")


class UnitRequired(Exception):
    """The policy refuses calls that belong to no unit."""


def murmur3(text, seed=0):
    """MurmurHash3 x86 32 over the low byte of each UTF-16 code unit."""
    data, value, mask = text.encode("utf-16-le", "surrogatepass")[::2], seed, 0xFFFFFFFF
    for at in range(0, len(data), 4):
        part = data[at:at + 4]
        k = int.from_bytes(part, "little") * 0xCC9E2D51 & mask
        value ^= (k << 15 | k >> 17) * 0x1B873593 & mask
        if len(part) == 4:
            value = ((value << 13 | value >> 19) & mask) * 5 + 0xE6546B64 & mask
    value ^= len(data)
    value = (value ^ value >> 16) * 0x85EBCA6B & mask
    value = (value ^ value >> 13) * 0xC2B2AE35 & mask
    return value ^ value >> 16


def bucket_of(unit, group_id):
    """1 to 100; a unit is in a share of n percent when its bucket is at most n."""
    return murmur3(f"{group_id}:{unit}") % 100 + 1


def ramp_group(bucket):
    return bisect_left(RAMP_GROUP_ENDS, bucket)


def duration_bucket(seconds):
    """Of the exponential histogram of scale 4: bucket i holds (2^(i/16), 2^((i+1)/16)] seconds."""
    return math.ceil(math.log2(max(seconds, 1e-6)) * 16) - 1


def is_understood(route):
    """A route of a later version is neither followed nor acknowledged: better than half obeyed."""
    return (
        isinstance(route, dict)
        and all(isinstance(route.get(key), kind) for key, kind in TYPES.items())
        and all(route.get(key) in words for key, words in WORDS.items())
        and all(isinstance(ring, dict) and "units" in ring for ring in route["rings"])
    )


def side_of(route, unit):
    """The side that serves a unit; None for a call without one that the route refuses."""
    if not route["enabled"]:
        return route["safeSide"]
    base, canary = SIDES[route["baseStage"]], SIDES[route["canaryStage"]]
    if route["baseStage"] == "complete":
        return "new"
    if unit is None:
        begun = base == "old" and (route["share"] > 0 or route["rings"])
        newest = canary if begun else base
        return {"old": "old", "new": newest, "refuse": None}[route["withoutUnit"]]
    if unit in route["pinned"] or unit in route["quarantined"]:
        return "old"
    in_ring = any(unit in ring["units"] for ring in route["rings"])
    return canary if in_ring or bucket_of(unit, route["groupId"]) <= route["share"] else base


def is_nameable(unit):
    try:
        return "\0" not in unit and len(unit.encode("utf-16-le")) <= 400
    except UnicodeEncodeError:  # half a surrogate pair
        return False


def evidence_of(migration, revision, operations):
    """What was done by one revision of one migration, counted."""
    requests, failed, latency = Counter(), Counter(), defaultdict(Counter)
    for one in operations:
        if one.cohort is None:
            continue
        requests[one.unit, one.cohort, one.kind] += 1
        if one.failed:  # how fast it fails says nothing of how fast it is
            failed[one.unit, one.cohort, one.kind] += 1
        else:
            latency[one.cohort, one.kind, one.group][duration_bucket(one.seconds)] += 1
    return {
        "migration": migration, "revision": revision, "comparisons": [], "fallbacks": 0,
        "fromMs": operations[0].at * 1000, "toMs": time.time() * 1000,
        "units": [{"unit": row[0], "cohort": row[1], "operation": row[2],
                   "requests": count, "failed": failed[row]} for row, count in requests.items()],
        "latency": [{"cohort": cohort, "operation": kind, "buckets": buckets,
                     **({} if group is None else {"group": group})}
                    for (cohort, kind, group), buckets in latency.items()],
        "withoutUnit": sum(one.unit == "~without-unit" for one in operations),
        "served": {side: sum(one.side == side for one in operations) for side in ("old", "new")},
    }


class Crossfade:
    """A connection. Times are in seconds. One for each process, made after it has forked."""

    def __init__(self, url, token, service, migrations, *, version=None,
                 heartbeat=1.0, max_stale=900.0, freeze_after=2.0):
        self._url, self._token = urllib.parse.urlsplit(url.rstrip("/")), token
        self._heartbeat, self._max_stale, self._freeze_after = heartbeat, max_stale, freeze_after
        instance = f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
        self._self = {"service": service, "instance": instance, "implements": list(migrations),
                      "maxStaleMs": int(max_stale * 1000), "client": "crossfade.py 1",
                      **({"version": version} if version else {})}
        self._routes, self._running, self._names = {}, Counter(), set()
        self._done, self._batch, self._seq = deque(maxlen=KEPT), None, 0
        self._closed = self._left = False
        # When the report was sent that was answered last, and when a freeze was noticed last.
        self._contact = self._suspect = -math.inf
        self._beat = time.monotonic()
        self._wake, self._changed = threading.Event(), threading.Condition()
        for work in (self._report_until_left, self._stream, self._prove_to_run):
            threading.Thread(target=work, daemon=True).start()

    @contextlib.contextmanager
    def operation(self, migration, unit, kind="read"):
        """Yields the side that is to serve this read or write, and counts how it went."""
        unit = unit or None
        with self._changed:  # a newer revision is acknowledged before this decision, or waits for it
            doubt = self._is_in_doubt()
            route = self._routes.get(migration, NO_ROUTE)
            side = route["safeSide"] if doubt else side_of(route, unit)
            if side is None:
                raise UnitRequired(f"{migration} refuses calls without a unit")
            decided = (migration, route["revision"])
            self._running[decided] += side == "new"
        cohort = "canary" if side == "new" else "baseline"
        if doubt and route is not NO_ROUTE:
            cohort = None
        group = ramp_group(bucket_of(unit, route["groupId"])) if unit else None
        at, began, failed = time.time(), time.monotonic(), True
        try:
            yield side
            failed = False
        finally:
            seconds = time.monotonic() - began
            with self._changed:
                done = Operation(at, side, cohort, self._name_of(unit), kind, group, failed, seconds)
                self._done.append((decided, done))
                self._running[decided] -= side == "new"
                if side == "new" and self._routes[migration]["revision"] > route["revision"]:
                    self._wake.set()  # a rollback waits for exactly this news

    def close(self, patience=2.0):
        """Reports what is left and that this process leaves; afterwards the safe side serves."""
        with self._changed:
            self._closed = True
            self._wake.set()
            self._changed.wait_for(lambda: self._left, patience)

    def _is_in_doubt(self):
        """For a moment after a freeze an answer is waited for; without one the safe side serves."""
        self._notice_freeze()
        moment = max(0, self._suspect + CONFIRM_LIMIT - time.monotonic())
        confirmed = self._changed.wait_for(lambda: self._contact >= self._suspect, moment)
        return self._closed or not confirmed or time.monotonic() - self._contact > self._max_stale

    def _notice_freeze(self):
        """Who did not run for a while (SIGSTOP, a suspended machine) may have missed a rollback."""
        now = time.monotonic()
        if now - self._beat > self._freeze_after:
            self._suspect = now
            self._wake.set()
        self._beat = now

    def _prove_to_run(self):
        while True:
            self._notice_freeze()
            time.sleep(0.1)

    def _name_of(self, unit):
        """The first 10,000 units keep their names; others share 64 buckets, as odd ids do."""
        if unit is None:
            return "~without-unit"
        if len(self._names) < NAMED_UNITS and is_nameable(unit):
            self._names.add(unit)
        return unit if unit in self._names else f"~bucket-{murmur3(unit) % 64}"

    def _report_until_left(self):
        while not self._left:
            self._report()
            self._wake.wait(self._heartbeat)
            self._wake.clear()

    def _report(self):
        """A batch keeps its number and its evidence until it is answered: it counts once."""
        with self._changed:
            if self._batch is None:
                self._seq += 1
                self._batch = {"seq": self._seq, "evidence": self._next_evidence()}
            leaving = self._closed and not self._done
            acknowledged = [self._acknowledgement(name) for name in self._self["implements"]]
            body = {**self._self, **self._batch, "acknowledged": acknowledged, "leaving": leaving}
        sent, status = time.monotonic(), None
        with contextlib.suppress(OSError, http.client.HTTPException):
            report = self._ask("POST", "/api/v1/sdk/report", json.dumps(body), ANSWER_LIMIT)
            with report as response:
                answer, status = response.read(LONGEST), response.status
        with self._changed:
            if status == 200:
                self._follow(answer)
                self._contact, self._left = sent, leaving  # never later than Crossfade believes it
                self._changed.notify_all()
            if status == 200 or status in REFUSED:
                self._batch = None
            if self._batch is None and (self._closed or len(self._done) > PER_REPORT):
                self._wake.set()  # there is more to say

    def _next_evidence(self):
        by_revision = defaultdict(list)
        for _ in range(min(PER_REPORT, len(self._done))):
            decided, operation = self._done.popleft()
            by_revision[decided].append(operation)
        return [evidence_of(*decided, done) for decided, done in by_revision.items()]

    def _acknowledgement(self, migration):
        route = self._routes.get(migration, NO_ROUTE)
        older = sum(count for (name, revision), count in self._running.items()
                    if name == migration and revision < route["revision"])
        return {"migration": migration, "revision": route["revision"],
                "safeSide": route["safeSide"], "draining": older}

    def _follow(self, text):
        with contextlib.suppress(ValueError, AttributeError, TypeError), self._changed:
            for route in filter(is_understood, json.loads(text).get("routes", [])):
                name, known = route["migration"], self._routes.get(route["migration"], NO_ROUTE)
                if name in self._self["implements"] and route["revision"] > known["revision"]:
                    if known["safeSide"] == "new":  # the old shape may be gone by now
                        route["safeSide"] = "new"
                    self._routes[name] = route
                    self._wake.set()

    def _stream(self):
        query = {"service": self._self["service"], "instance": self._self["instance"],
                 "implements": ",".join(self._self["implements"])}
        path = f"/api/v1/sdk/stream?{urllib.parse.urlencode(query)}"
        while not self._closed:
            with contextlib.suppress(OSError, http.client.HTTPException):
                with self._ask("GET", path, None, SILENCE_LIMIT) as response:
                    while line := response.readline(LONGEST):
                        if line.startswith(b"data: "):
                            self._follow(line.removeprefix(b"data: "))
            time.sleep(random.uniform(0.5, 1.5))  # a fleet comes back spread over a second

    @contextlib.contextmanager
    def _ask(self, method, path, body, limit):
        secure = self._url.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        headers = {"authorization": f"Bearer {self._token}", "content-type": "application/json"}
        with contextlib.closing(kind(self._url.netloc, timeout=limit)) as connection:
            connection.request(method, f"{self._url.path}{path}", body, headers)
            yield connection.getresponse()
