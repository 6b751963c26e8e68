"""Ships what a gateway logs to Crossfade, as the evidence of an application without SDK.

    CROSSFADE_URL=… CROSSFADE_TOKEN=… python3 ship_log.py --service NAME --gateway NAME LOGFILE

Begins at the end of the file, and goes on in the new one when it is rotated. See docs/gateway.md.
"""

import argparse, http.client, json, os, time, urllib.parse

LINES_PER_BATCH, EVERY_SECONDS, LIMIT_SECONDS = 5_000, 1.0, 5.0


class Log:
    """Whole lines of a file that others append to and rotate."""

    def __init__(self, path):
        self._path, self._rest = path, ""
        self._file = open(path, encoding="utf-8", errors="replace")
        self._file.seek(0, os.SEEK_END)

    def lines(self, most):
        """The next ones, so many at the most, as they are parsed; what is no JSON is left out."""
        found = []
        while len(found) < most and (text := self._file.readline()):
            self._rest += text
            if self._rest.endswith("\n"):
                found.append(self._rest)
                self._rest = ""
        if not found:
            self._reopen_when_rotated()
        return [parsed for parsed in map(parse, found) if parsed is not None]

    def _reopen_when_rotated(self):
        try:
            is_same = os.path.samestat(os.stat(self._path), os.fstat(self._file.fileno()))
        except FileNotFoundError:
            return
        if not is_same:
            self._file.close()
            self._file, self._rest = open(self._path, encoding="utf-8", errors="replace"), ""


def parse(line):
    try:
        return json.loads(line)
    except ValueError:
        return None


def post(url, token, body):
    """The status of the answer; 0 without one."""
    place = urllib.parse.urlsplit(url)
    kind = http.client.HTTPSConnection if place.scheme == "https" else http.client.HTTPConnection
    connection = kind(place.netloc, timeout=LIMIT_SECONDS)
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    try:
        path = f"{place.path.rstrip('/')}/api/v1/gateway/log"
        connection.request("POST", path, json.dumps(body), headers)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--service", required=True)
    parser.add_argument("--gateway", required=True)
    parser.add_argument("log")
    asked = parser.parse_args()
    log, batch = Log(asked.log), None
    while True:
        if batch is None and (lines := log.lines(LINES_PER_BATCH)):
            # By the clock, so that it grows over restarts of this program.
            batch = {"service": asked.service, "gateway": asked.gateway,
                     "seq": int(time.time() * 1000), "lines": lines}
        # 422 refuses the batch for what it is; everything else may pass.
        if batch and post(os.environ["CROSSFADE_URL"], os.environ["CROSSFADE_TOKEN"], batch) in (202, 422):
            batch = None
        time.sleep(EVERY_SECONDS)


if __name__ == "__main__":
    main()
