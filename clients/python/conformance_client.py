"""The reference client under test: orders by lines on stdin, an answer to each on stdout."""

import json, sys

from crossfade import Crossfade, UnitRequired


class ToldToFail(Exception):
    pass


def operate(crossfade, order):
    served = None
    try:
        with crossfade.operation(order["migration"], order["unit"], order["operation"]) as served:
            if order["fails"]:
                raise ToldToFail
    except (ToldToFail, UnitRequired):
        pass
    return {"side": served}


crossfade = None
for line in sys.stdin:
    order = json.loads(line)
    if order["do"] == "connect":
        crossfade = Crossfade(
            order["url"], order["token"], order["service"], order["migrations"],
            heartbeat=order["heartbeatMs"] / 1000, max_stale=order["maxStaleMs"] / 1000,
            freeze_after=order["freezeAfterMs"] / 1000,
        )
    elif order["do"] == "close":
        crossfade.close()
    print(json.dumps(operate(crossfade, order) if order["do"] == "operate" else {}), flush=True)
