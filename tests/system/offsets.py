# SPDX-License-Identifier: Apache-2.0
"""Where topics end and what groups have committed, as Confluent's client sees it."""

import contextlib

import confluent_kafka

ASK_TIMEOUT_S = 10
READ_COMMITTED, READ_UNCOMMITTED = "read_committed", "read_uncommitted"


@contextlib.contextmanager
def asking(servers, isolation, group="asks-for-offsets"):
    """A consumer that reads nothing and commits nothing."""
    consumer = confluent_kafka.Consumer({"bootstrap.servers": servers, "group.id": group, "isolation.level": isolation,
                                         "enable.auto.commit": False})
    try:
        yield consumer
    finally:
        consumer.close()


def end(servers, topic, partition, isolation=READ_UNCOMMITTED):
    """The next offset of a partition, or with READ_COMMITTED its last stable offset."""
    with asking(servers, isolation) as consumer:
        return consumer.get_watermark_offsets(confluent_kafka.TopicPartition(topic, partition), ASK_TIMEOUT_S)[1]


def committed(servers, group, topic, partitions=1):
    """What the group has committed of each partition, stable offsets only; None where nothing is."""
    with asking(servers, READ_COMMITTED, group) as consumer:
        places = consumer.committed([confluent_kafka.TopicPartition(topic, partition)
                                     for partition in range(partitions)], ASK_TIMEOUT_S)
    for place in places:
        if place.error:
            raise AssertionError(f"{group}: {place.error}")
    return [place.offset if place.offset >= 0 else None for place in places]
