#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Sums the input offsets of the latest control record of each partition, from `headframe cat DAYS --key '|control' --keys`."""

import json
import sys

latest = {}
for line in sys.stdin:
    record = json.loads(line)
    latest[record["partition"]] = record["value"]["control"]["input_offset"]
print(sum(latest.values()))
