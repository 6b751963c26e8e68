"""python3 -m unittest discover clients/python"""

import json, pathlib, unittest

from crossfade import (Operation, bucket_of, duration_bucket, evidence_of, is_understood, murmur3,
                       ramp_group, side_of)

VECTORS = json.loads(
    (pathlib.Path(__file__).parents[2] / "docs/protocol/vectors.json").read_text("utf-8"))


def route(**changes):
    return {"migration": "m", "revision": 1, "enabled": True, "unitKey": "tenantId",
            "withoutUnit": "old", "baseStage": "shadow", "canaryStage": "live", "pinned": [],
            "quarantined": [], "rings": [], "share": 0, "groupId": "m", "safeSide": "old",
            "shadowSample": 0, **changes}


def operation(**changes):
    usual = {"at": 1.0, "side": "new", "cohort": "canary", "unit": "a", "kind": "read", "group": 0,
             "failed": False, "seconds": 1.0}
    return Operation(**usual | changes)


class Vectors(unittest.TestCase):
    def test_hash(self):
        for one in VECTORS["murmur3"]:
            self.assertEqual(murmur3(one["text"], one["seed"]), one["hash"], one)

    def test_buckets(self):
        for one in VECTORS["buckets"]:
            bucket = bucket_of(one["unit"], one["groupId"])
            self.assertEqual((bucket, ramp_group(bucket)), (one["bucket"], one["rampGroup"]), one)

    def test_shared_buckets(self):
        for one in VECTORS["sharedBuckets"]:
            self.assertEqual(murmur3(one["unit"]) % 64, one["bucket"], one)

    def test_durations(self):
        for one in VECTORS["durations"]:
            self.assertEqual(duration_bucket(one["seconds"]), one["bucket"], one)


class Routes(unittest.TestCase):
    def test_lists_go_before_the_share(self):
        standing = route(share=100, pinned=["a"], quarantined=["b"],
                         rings=[{"name": "r", "units": ["a", "b", "c"]}])
        self.assertEqual([side_of(standing, unit) for unit in "abcd"], ["old", "old", "new", "new"])

    def test_a_ring_goes_before_the_base(self):
        standing = route(rings=[{"name": "r", "units": ["c"]}])
        self.assertEqual([side_of(standing, unit) for unit in "cd"], ["new", "old"])

    def test_complete_and_switched_off_ask_for_no_unit(self):
        complete = route(baseStage="complete", canaryStage="complete", pinned=["a"])
        self.assertEqual(side_of(complete, "a"), "new")
        self.assertEqual(side_of({**complete, "enabled": False}, "a"), "old")

    def test_what_is_not_understood_is_said_so(self):
        self.assertTrue(is_understood(route()))
        wrong = ({"canaryStage": "sideways"}, {"revision": "1"}, {"pinned": "a"},
                 {"rings": [{"name": "r"}]}, {"rings": [1]}, {"safeSide": "both"}, {"enabled": 1})
        for changes in wrong:
            self.assertFalse(is_understood(route(**changes)), changes)
        self.assertFalse(is_understood(None))


class Evidence(unittest.TestCase):
    def test_counts_by_unit_and_measures_what_did_not_fail(self):
        done = [operation(), operation(failed=True), operation(unit="b", side="old", cohort="baseline")]
        evidence = evidence_of("m", 7, done)
        rows = [tuple(row.values()) for row in evidence["units"]]
        self.assertEqual(rows, [("a", "canary", "read", 2, 1), ("b", "baseline", "read", 1, 0)])
        self.assertEqual(evidence["served"], {"old": 1, "new": 2})
        self.assertEqual([dict(one["buckets"]) for one in evidence["latency"]], [{-1: 1}, {-1: 1}])

    def test_what_doubt_decided_is_served_and_in_no_cohort(self):
        evidence = evidence_of("m", 7, [operation(cohort=None)])
        self.assertEqual((evidence["units"], evidence["latency"]), ([], []))
        self.assertEqual(evidence["served"], {"old": 0, "new": 1})


if __name__ == "__main__":
    unittest.main()
