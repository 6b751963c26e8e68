"""An application in two versions, without any SDK: VERSION says which, and so on which views it works."""

import json, os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from psycopg2.pool import ThreadedConnectionPool

VERSION = os.environ["VERSION"]  # v1 or v2: also the schema of that version's views
READ = {"v1": "SELECT weight::int FROM parcels WHERE id = %s",
        "v2": "SELECT grams FROM parcels WHERE id = %s"}[VERSION]
WRITE = {"v1": "UPDATE parcels SET weight = %s WHERE id = %s",
         "v2": "UPDATE parcels SET grams = %s WHERE id = %s"}[VERSION]
pool = ThreadedConnectionPool(0, 50, os.environ["DATABASE_URL"], options=f"-c search_path={VERSION}")


class Parcels(BaseHTTPRequestHandler):
    """GET and PUT /DEPOT/ID; the body of a PUT is the weight."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.answer(READ, fetch=True)

    def do_PUT(self):
        weight = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.answer(WRITE, weight)

    def answer(self, statement, *values, fetch=False):
        _, _, parcel = self.path.split("/")
        connection = pool.getconn()
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement, (*values, parcel))
                found = cursor.fetchone()[0] if fetch else values[0]
        except Exception as error:
            return self.say(500, str(error))
        finally:
            pool.putconn(connection, close=bool(connection.closed))
        self.say(200, {"grams": found, "by": VERSION})

    def say(self, status, answer):
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """nginx logs."""


ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Parcels).serve_forever()
