# SPDX-License-Identifier: Apache-2.0
"""Decides what the rounds come to: medians with the least and the most, ratios taken within each round, goals reached or
not, and the text of all that."""

import statistics

BEGIN, END = "<!-- scripts/bench: begin -->", "<!-- scripts/bench: end -->"
FIGURES = (("cpu_rate", "events per CPU-second"), ("rate", "events per second"), ("memory_mib", "resident, MiB"),
           ("bytes_per_event", "bytes to Kafka per event"))


def spread(values, number):
    """The median, and from the least to the most."""
    if None in values:
        return "–"
    return f"{number(statistics.median(values))} ({number(min(values))} to {number(max(values))})"


def whole(value):
    """A figure, three digits of it."""
    digits = max(len(str(int(value))) - 3, 0)
    return f"{round(value, -digits):,.0f}" if value >= 100 else f"{value:.1f}"


def ratio(value):
    """A ratio, three digits of it."""
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


class Figures:
    """The results of one load: by name of the peer, one for each round."""

    def __init__(self, results, own, floor, opponents):
        self.results, self.own, self.floor = results, own, floor
        self.opponent = max(opponents, key=lambda name: statistics.median(self.of(name, "cpu_rate")))

    def of(self, name, figure):
        """A figure of a peer, by round."""
        return [getattr(result, figure) for result in self.results[name]]

    def ratios(self, name, figure):
        """Ours by that of another, by round."""
        pairs = list(zip(self.of(self.own, figure), self.of(name, figure)))
        return [mine / other if other else None for mine, other in pairs]

    def table(self):
        """The figures."""
        names = [title for _, title in FIGURES]
        lines = [f"| | {' | '.join(names)} | second half: events per CPU-second |", f"|---|{'--:|' * (len(names) + 1)}"]
        for name in self.results:
            cells = [spread(self.of(name, figure), whole) for figure, _ in FIGURES]
            lines.append(f"| {name} | {' | '.join(cells)} | {spread(self.of(name, 'later_cpu_rate'), whole)} |")
        return "\n".join(lines)

    def ratio_table(self):
        """Ours by each other's."""
        lines = [f"| {self.own} ÷ | {' | '.join(title for _, title in FIGURES)} |", f"|---|{'--:|' * len(FIGURES)}"]
        for name in self.results:
            if name != self.own:
                cells = [spread(self.ratios(name, figure), ratio) for figure, _ in FIGURES]
                lines.append(f"| {name} | {' | '.join(cells)} |")
        return "\n".join(lines)

    def goals(self):
        """(goal, ratios, whether the median reaches it)"""
        wall = [result.rate / result.cpu_rate for result in self.results[self.own]]
        cpu, memory = (self.ratios(self.opponent, figure) for figure in ("cpu_rate", "memory_mib"))
        floor, median = self.ratios(self.floor, "cpu_rate"), statistics.median
        return [(f"at least 20 times the events per CPU-second of {self.opponent}", cpu, median(cpu) >= 20),
                (f"at most a tenth of the memory of {self.opponent}", memory, median(memory) <= 0.1),
                (f"at least 0.4 of the events per CPU-second of the {self.floor}", floor, median(floor) >= 0.4),
                ("events per second at least 0.9 of those per CPU-second", wall, median(wall) >= 0.9)]

    def goal_table(self):
        """The goals."""
        rows = [f"| {goal} | {spread(values, ratio)} | {'reached' if reached else '**not reached**'} |"
                for goal, values, reached in self.goals()]
        return "\n".join(["| goal | | |", "|---|--:|---|", *rows])

    def text(self, title):
        """All of it."""
        return f"### {title}\n\n{self.table()}\n\n{self.ratio_table()}\n\n{self.goal_table()}\n"


def put_between_marks(path, text):
    """Replaces what is between the marks of a file."""
    before, begin, rest = path.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{path} lacks {BEGIN} or {END}")
    path.write_text(f"{before}{BEGIN}\n{text}{END}{after}")
