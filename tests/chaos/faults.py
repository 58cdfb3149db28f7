# SPDX-License-Identifier: Apache-2.0
"""Decides what each kind of fault does, and what it needs to have for itself while it lasts.

A fault has a `begin` and an `end`; between them lie `hold_s` seconds. Its numbers are drawn when the schedule is made.
Recovery counts from the end, or from the beginning where that already set things right (`counts_from_begin`)."""

import fleet as fleets

BROKERS = "brokers"


class Fault:
    """What all kinds share. `params` is a plain dict that a failed run prints."""

    kind, counts_from_begin, hold = "", False, (1.0, 4.0)

    def draw(self, rng):
        """The numbers of one injection."""
        return {"hold_s": round(rng.uniform(*self.hold), 1)}

    def uses(self, params):
        """What no other fault may touch meanwhile."""
        return {BROKERS}

    def begin(self, run, params):
        """Does it."""
        raise NotImplementedError

    def end(self, run, params):
        """Undoes it, where it does not mend by itself. Returns the moment at which that was done where it is not that
        of the call: brokers take their time to start."""


class DaemonFault(Fault):
    """One that hits one instance."""

    def draw(self, rng):
        kind = rng.choice(fleets.KINDS)
        return {**super().draw(rng), "daemon": f"{kind}-{rng.randrange(fleets.INSTANCES)}"}

    def uses(self, params):
        return {params["daemon"].split("-")[0]}


# --- daemons ---

class Kill(DaemonFault):
    """kill -9, and a service manager that starts it again at once."""
    kind, counts_from_begin, hold = "daemon killed", True, (0.0, 0.0)

    def begin(self, run, params):
        run.fleet.instances[params["daemon"]].kill()
        run.fleet.instances[params["daemon"]].start()


class KillForLong(DaemonFault):
    """kill -9, and nobody starts it again before the group has noticed."""
    kind, counts_from_begin, hold = "daemon killed, gone for long", True, (4.0, 7.0)

    def begin(self, run, params):
        run.fleet.instances[params["daemon"]].kill()

    def end(self, run, params):
        run.fleet.instances[params["daemon"]].start()


class KillAll(Fault):
    """kill -9 of all daemons at once."""
    kind, counts_from_begin, hold = "all daemons killed", True, (0.0, 2.0)

    def uses(self, params):
        return set(fleets.KINDS)

    def begin(self, run, params):
        for instance in list(run.fleet.instances.values()):
            instance.kill()

    def end(self, run, params):
        for instance in list(run.fleet.instances.values()):
            instance.start()


class Zombie(DaemonFault):
    """SIGSTOP for longer than the session timeout, then SIGCONT."""
    kind, hold = "daemon frozen (zombie)", (fleets.SESSION_MS / 1000 + 1, 12.0)

    def begin(self, run, params):
        run.fleet.instances[params["daemon"]].freeze()

    def end(self, run, params):
        run.fleet.instances[params["daemon"]].thaw()


def uses_brokers_too(fault, params):
    """Of what asks the brokers whether a transaction is open: through a link that hangs there would be no answer."""
    return {BROKERS, *DaemonFault.uses(fault, params)}


class ZombieInTransaction(Zombie):
    """The same while its transaction is open, until the brokers have given it up."""
    kind, hold = "daemon frozen in a transaction", (fleets.TRANSACTION_MS / 1000 + 2, 12.0)

    uses = uses_brokers_too

    def begin(self, run, params):
        params["met"] = run.freeze_in_transaction(params["daemon"])


class KillInTransaction(DaemonFault):
    """kill -9 in mid-transaction, and not started again before the transaction's timeout."""
    kind, counts_from_begin, hold = "daemon killed in a transaction", True, (0.0, fleets.TRANSACTION_MS / 1000 + 3)

    uses = uses_brokers_too

    def begin(self, run, params):
        params["met"] = run.freeze_in_transaction(params["daemon"])
        run.fleet.instances[params["daemon"]].kill()

    def end(self, run, params):
        run.fleet.instances[params["daemon"]].start()


class Stop(DaemonFault):
    """SIGTERM and a start."""
    kind, counts_from_begin, hold = "daemon stopped and started", True, (0.0, 1.0)

    def begin(self, run, params):
        run.fleet.stop(params["daemon"])

    def end(self, run, params):
        run.fleet.instances[params["daemon"]].start()


class Rolling(Fault):
    """SIGTERM and a start of every instance, one after the other."""
    kind, counts_from_begin, hold = "rolling restart", True, (0.0, 0.0)

    def uses(self, params):
        return set(fleets.KINDS)

    def begin(self, run, params):
        for label in list(run.fleet.instances):
            run.fleet.stop(label)
            run.fleet.instances[label].start()


class Scale(Fault):
    """One instance more, and after a while one less: a rebalance each time."""
    kind, hold = "instance added and removed", (3.0, 8.0)

    def draw(self, rng):
        return {**super().draw(rng), "kind": rng.choice(fleets.KINDS)}

    def uses(self, params):
        return {params["kind"]}

    def begin(self, run, params):
        run.fleet.add(params["kind"], fleets.INSTANCES).start()

    def end(self, run, params):
        run.fleet.remove(f"{params['kind']}-{fleets.INSTANCES}")


class Shrink(DaemonFault):
    """One instance less, and after a while one more."""
    kind, hold = "instance removed and added", (3.0, 8.0)

    def begin(self, run, params):
        run.fleet.stop(params["daemon"])

    def end(self, run, params):
        run.fleet.instances[params["daemon"]].start()


class Clock(DaemonFault):
    """A daemon whose clock is hours or years off, and jumps."""
    kind, hold = "clock jumps", (3.0, 6.0)
    hours = (2, -3, 400 * 24, -400 * 24, 87600, -87600, 0.98, -24)

    def draw(self, rng):
        return {**super().draw(rng), "hours": rng.sample(self.hours, 2)}

    def begin(self, run, params):
        run.fleet.stop(params["daemon"])
        run.fleet.instances[params["daemon"]].start(shift_s=int(params["hours"][0] * 3600))
        run.pause(4)
        run.fleet.instances[params["daemon"]].jump(int(params["hours"][1] * 3600))

    def end(self, run, params):
        run.fleet.stop(params["daemon"])
        run.fleet.instances[params["daemon"]].start()


# --- brokers ---

class BrokerRestart(Fault):
    """A clean stop and a start of one broker."""
    kind, counts_from_begin, hold = "broker restarted", True, (0.0, 3.0)

    def draw(self, rng):
        return {**super().draw(rng), "node": rng.randint(1, 3)}

    def begin(self, run, params):
        run.cluster.stop_node(params["node"])

    def end(self, run, params):
        return run.brokers_back()


class BrokerKill(BrokerRestart):
    """kill -9 of one broker."""
    kind, hold = "broker killed", (0.0, 6.0)

    def begin(self, run, params):
        run.cluster.kill_node(params["node"])


class BrokerFrozen(BrokerRestart):
    """SIGSTOP of one broker until the others have given it up, then SIGCONT."""
    kind, counts_from_begin, hold = "broker frozen", False, (4.0, 9.0)

    def begin(self, run, params):
        run.cluster.freeze(params["node"])

    def end(self, run, params):
        run.cluster.thaw(params["node"])


class TwoBrokers(Fault):
    """Two of three brokers killed: below min.insync, and without a majority of controllers."""
    kind, hold = "two brokers killed", (2.0, 8.0)

    def draw(self, rng):
        return {**super().draw(rng), "nodes": sorted(rng.sample((1, 2, 3), 2))}

    def begin(self, run, params):
        run.cluster.kill_node(*params["nodes"])

    def end(self, run, params):
        return run.brokers_back()


class AllBrokers(TwoBrokers):
    """All three."""
    kind, hold = "all brokers killed", (0.0, 3.0)

    def draw(self, rng):
        return {**super().draw(rng), "nodes": [1, 2, 3]}


class Coordinator(Fault):
    """The broker that coordinates a daemon's group, or its transactions, goes; or the roles move while all live."""
    kind, counts_from_begin, hold = "coordinator moved", True, (0.0, 4.0)

    def draw(self, rng):
        return {**super().draw(rng), "topic": rng.choice(("__consumer_offsets", "__transaction_state")),
                "daemon": f"{rng.choice(fleets.KINDS)}-{rng.randrange(fleets.INSTANCES)}",
                "how": rng.choice(("kill", "stop", "elect"))}

    def begin(self, run, params):
        daemon = f"{run.prefix}headframe-{params['daemon']}"
        name = daemon.rpartition("-")[0] if params["topic"] == "__consumer_offsets" else daemon
        params["node"] = run.cluster.leader(params["topic"], name)
        if params["how"] == "kill":
            run.cluster.kill_node(params["node"])
        elif params["how"] == "stop":
            run.cluster.stop_node(params["node"])
        else:
            run.cluster.elect()

    def end(self, run, params):
        return run.brokers_back()


class FullDisk(Fault):
    """The disk of one broker is full; it is freed and the broker started again."""
    kind, hold = "disk of a broker full", (3.0, 8.0)

    def begin(self, run, params):
        run.cluster.fill_disk()

    def end(self, run, params):
        run.cluster.kill_node(run.cluster.disk_node)
        run.cluster.free_disk()
        return run.brokers_back()


class Compaction(DaemonFault):
    """State, days and outputs are compacted as far as can be, with a kill in the middle."""
    kind, hold = "state topics compacted", (4.0, 7.0)

    def uses(self, params):
        return {BROKERS, params["daemon"].split("-")[0]}

    def begin(self, run, params):
        params["before"] = run.compact()
        run.pause(params["hold_s"])
        run.fleet.instances[params["daemon"]].kill()
        run.fleet.instances[params["daemon"]].start()

    def end(self, run, params):
        params["cleaned"] = run.cleaned_partitions()
        run.cluster.write_settings(params.pop("before"))


# --- producers ---

class ProducerKill(Fault):
    """kill -9 of the producer; its successor sends again what is in doubt and twenty records that are not."""
    kind, counts_from_begin, hold = "producer killed, records sent again", True, (0.0, 0.0)

    def uses(self, params):
        return {"feed"}

    def begin(self, run, params):
        run.feed.kill()


class Hanging(Fault):
    """Another program's transaction on the input, left open until the brokers give it up, or committed late."""
    kind, hold = "foreign transaction left open", (3.0, 9.0)

    def draw(self, rng):
        return {**super().draw(rng), "records": rng.randint(5, 30), "commits": rng.random() < 0.3, "timeout_ms": 5000,
                "number": rng.randrange(10**6)}

    def uses(self, params):
        return {BROKERS, "feed"}

    def begin(self, run, params):
        params["timeout_ms"] = 30000 if params["commits"] else params["timeout_ms"]
        self.producer = run.feed.transaction(f"foreign-{params['number']}", params["records"], params["timeout_ms"])

    def end(self, run, params):
        if params["commits"]:
            self.producer.commit_transaction(20)
        else:
            run.pause(max(0.0, params["timeout_ms"] / 1000 + 2.5 - params["hold_s"]))
        self.producer = None


# --- links ---

class LinkFault(Fault):
    """One on the way to one broker, or to all of them. `side`: that of the clients."""
    side, hold = "clients", (3.0, 8.0)

    def draw(self, rng):
        return {**super().draw(rng), "nodes": rng.choice(([1], [2], [3], [1, 2, 3]))}

    def links(self, params):
        """The names of the links."""
        return [f"{self.side}-{node}" for node in params["nodes"]]

    def begin(self, run, params):
        for name in self.links(params):
            self.harm(run.cluster.links, name, params)

    def end(self, run, params):
        for name in self.links(params):
            run.cluster.links.mend(name)

    def harm(self, links, name, params):
        """What happens to each link."""
        raise NotImplementedError


class Cut(LinkFault):
    """Connections between clients and brokers are closed and refused."""
    kind = "connection cut"

    def harm(self, links, name, params):
        links.cut(name)


class Slow(LinkFault):
    """A slow link between clients and brokers."""
    kind = "slow link"

    def draw(self, rng):
        return {**super().draw(rng), "latency_ms": rng.choice((150, 400, 1200)), "rate_kbps": rng.choice((0, 256))}

    def harm(self, links, name, params):
        links.slow(name, params["latency_ms"], params["rate_kbps"])


class Hang(LinkFault):
    """Connections stay open and carry nothing."""
    kind = "hanging link"

    def harm(self, links, name, params):
        links.hang(name)


class SlowReplication(Slow):
    """A slow link between brokers: copies and transaction markers come late."""
    kind, side = "slow link between brokers", "brokers"


class CutReplication(Cut):
    """No link between brokers."""
    kind, side = "connection between brokers cut", "brokers"

    def draw(self, rng):
        return {**super().draw(rng), "nodes": [rng.randint(1, 3)]}


# --- the group ---

class OffsetsGone(Fault):
    """The committed offsets of a ledger daemon's group are deleted, as if they had expired."""
    kind, hold = "group offsets deleted", (0.0, 0.0)

    def draw(self, rng):
        return {**super().draw(rng), "kind": rng.choice(fleets.KINDS[:2])}

    def uses(self, params):
        return {BROKERS, params["kind"]}

    def begin(self, run, params):
        instances = [each.label for each in run.fleet.of_kind(params["kind"])]
        for label in instances:
            run.fleet.stop(label)
        run.cluster.delete_group(f"{run.prefix}headframe-{params['kind']}")
        for label in instances:
            run.fleet.instances[label].start()


ALL = (Kill, KillForLong, KillAll, Zombie, ZombieInTransaction, KillInTransaction, Stop, Rolling, Scale, Shrink, Clock,
       BrokerRestart, BrokerKill, BrokerFrozen, TwoBrokers, AllBrokers, Coordinator, FullDisk, Compaction,
       ProducerKill, Hanging, Cut, Slow, Hang, SlowReplication, CutReplication, OffsetsGone)
KINDS = {fault.kind: fault for fault in ALL}
