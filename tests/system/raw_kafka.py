# SPDX-License-Identifier: Apache-2.0
"""Record batches made by hand, and sent as they are: what no client library would send.

Kafka's record batch, version 2: https://kafka.apache.org/documentation/#recordbatch. Produce request, version 7."""

import gzip
import pathlib
import socket
import struct

GZIP, SNAPPY, LZ4, ZSTD = 1, 2, 3, 4
HEADER_BYTES = 61
CRC_AT, ATTRIBUTES_AT = 17, 21


def crc_table():
    """Of CRC-32C, bit by bit."""
    table = []
    for number in range(256):
        for _ in range(8):
            number = number >> 1 ^ (0x82F63B78 if number & 1 else 0)
        table.append(number)
    return table


CRC_TABLE = crc_table()


def crc32c(data):
    """CRC-32C of bytes."""
    value = 0xFFFFFFFF
    for byte in data:
        value = CRC_TABLE[(value ^ byte) & 255] ^ value >> 8
    return value ^ 0xFFFFFFFF


def varint(number):
    """A zig-zag varint."""
    value, out = number << 1 if number >= 0 else (-number << 1) - 1, bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out) + bytes([value])


def sized(data):
    """Bytes after their length; None is null."""
    return varint(-1) if data is None else varint(len(data)) + data


def record(delta, key, value, headers=()):
    """One record of a batch."""
    body = b"\0" + varint(0) + varint(delta) + sized(key) + sized(value) + varint(len(headers)) + b"".join(
        sized(name.encode()) + sized(content) for name, content in headers)
    return varint(len(body)) + body


def records(rows):
    """The records of a batch: (key, value) each."""
    return b"".join(record(i, *row) for i, row in enumerate(rows))


def batch(payload, count, timestamp, codec=0, crc=None):
    """A record batch around a payload that is compressed already; with a CRC of its own, or the right one."""
    rest = struct.pack(">hiqqqhii", codec, count - 1, timestamp, timestamp, -1, -1, -1, count) + payload
    return (struct.pack(">qiibI", 0, len(rest) + 9, 0, 2, crc32c(rest) if crc is None else crc) + rest)


def sealed(data):
    """The batch with the CRC that its bytes have."""
    return data[:CRC_AT] + struct.pack(">I", crc32c(data[ATTRIBUTES_AT:])) + data[ATTRIBUTES_AT:]


def snappy_literals(data):
    """Snappy's raw format without any compression."""
    out = bytearray()
    length = len(data)
    while length > 127:
        out.append(length & 127 | 128)
        length >>= 7
    out.append(length)
    for start in range(0, len(data), 60):
        part = data[start:start + 60]
        out.append(len(part) - 1 << 2)
        out += part
    return bytes(out)


def snappy_stream(data):
    """The framing of snappy-java, one chunk."""
    chunk = snappy_literals(data)
    return b"\x82SNAPPY\0" + struct.pack(">iii", 1, 1, len(chunk)) + chunk


def two_snappy_streams(data):
    """One stream behind another: snappy-java, and so the broker, reads on; librdkafka takes the second header for a
    length."""
    half = len(data) // 2
    return snappy_stream(data[:half]) + snappy_stream(data[half:])


def zstd_block(kind, size, content, is_last=False):
    """A block of a zstd frame: kind 0 is raw, 1 is one byte repeated."""
    return struct.pack("<I", size << 3 | kind << 1 | is_last)[:3] + content


def zstd_bomb(blocks):
    """A record whose value is that many blocks of 128 KiB of zeros, four bytes each."""
    size = 128 * 1024
    head = b"\0" + varint(0) + varint(0) + sized(b"a-mine") + varint(blocks * size)
    tail = varint(0)
    head = varint(len(head) + blocks * size + len(tail)) + head
    return (struct.pack("<I", 0xFD2FB528) + b"\0" + bytes([17 << 3]) + zstd_block(0, len(head), head) +
            zstd_block(1, size, b"\0") * blocks + zstd_block(0, len(tail), tail, True))


def two_gzip_members(data):
    """One member behind another, as gzip allows."""
    half = len(data) // 2
    return gzip.compress(data[:half], mtime=0) + gzip.compress(data[half:], mtime=0)


def in_segment(data, offset, epoch=0):
    """The batch as the broker keeps it: with its first offset and the leader's epoch, which no checksum covers."""
    return struct.pack(">q", offset) + data[8:12] + struct.pack(">i", epoch) + data[16:]


def segment(kafka_dir, partition):
    """The first segment of a partition on the only broker."""
    return pathlib.Path(kafka_dir) / "node-1" / "data" / partition / f"{0:020}.log"


def overwrite(kafka_dir, partition, place, before, after):
    """Changes what stands at a place of the first segment, as the running broker will serve it."""
    assert len(before) == len(after) and before != after
    with open(segment(kafka_dir, partition), "r+b") as log:
        log.seek(place)
        found = log.read(len(before))
        assert found == before, (found, before)
        log.seek(place)
        log.write(after)


class Connection:
    """A connection to one broker, which must lead the partitions that are written."""

    def __init__(self, servers):
        host, port = servers.split(",")[0].rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), timeout=30)

    def close(self):
        """Ends it."""
        self.socket.close()

    def receive(self, count):
        """Exactly count bytes."""
        data = b""
        while len(data) < count:
            part = self.socket.recv(count - len(data))
            if not part:
                raise ConnectionError("the broker closed the connection")
            data += part
        return data

    def produce(self, topic, partition, data):
        """Sends a batch with acks=all. Returns (error code, base offset)."""
        name = topic.encode()
        body = (struct.pack(">hhih", 0, 7, 1, 3) + b"raw" + struct.pack(">hhii", -1, -1, 30000, 1) +
                struct.pack(">h", len(name)) + name + struct.pack(">iii", 1, partition, len(data)) + data)
        self.socket.sendall(struct.pack(">i", len(body)) + body)
        answer = self.receive(struct.unpack(">i", self.receive(4))[0])
        at = 4 + 4 + 2 + len(name) + 4 + 4
        return struct.unpack_from(">hq", answer, at)

    def append(self, topic, partition, data):
        """Sends a batch that the broker must take; returns its base offset."""
        code, offset = self.produce(topic, partition, data)
        if code != 0:
            raise AssertionError(f"{topic} [{partition}]: the broker refused the batch with code {code}")
        return offset
