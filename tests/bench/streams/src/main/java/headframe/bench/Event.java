// SPDX-License-Identifier: Apache-2.0
package headframe.bench;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.utils.Bytes;

/**
 * Decides how a ProductionEvent is read: field by field, straight from the framed Avro bytes of schema 1, without a
 * library between. That leaves Kafka Streams less to do than any Avro serde would.
 */
final class Event {
    private static final String[] STAGES = {"MINED", "MILLED", "CONTAINED", "PRODUCED", "PAYABLE", "SOLD"};
    private static final String[] UNITS = {"OZT", "LB", "KG", "G", "T", "ST"};
    private static final String[] QUALITIES = {"ESTIMATE", "WEIGHED", "ASSAYED", "SETTLED"};
    private static final byte[][] WORDS = words();
    private static final int FRAME_BYTES = 5;

    private final byte[] bytes;
    private int at = FRAME_BYTES;

    final Bytes eventId;
    final long occurredAtMs;
    /** Millionths of the unit. */
    final long quantity;
    private final int materialAt;
    private final int materialLength;
    private final int stage;
    private final int unit;
    private final int quality;

    Event(byte[] bytes) {
        if (bytes.length < FRAME_BYTES || bytes[0] != 0 || bytes[4] != 1) {
            throw new SerializationException("not framed as schema 1");
        }
        this.bytes = bytes;
        eventId = Bytes.wrap(readBytes());
        readLong(); // revision
        at++; // voided
        skip(); // mine_id, which is the key
        occurredAtMs = readLong();
        materialLength = (int) readLong();
        materialAt = at;
        at += materialLength;
        stage = (int) readLong();
        quantity = readDecimal();
        unit = (int) readLong();
        quality = (int) readLong();
    }

    private static byte[][] words() {
        List<byte[]> all = new ArrayList<>();
        for (String stage : STAGES) {
            for (String quality : QUALITIES) {
                for (String unit : UNITS) {
                    all.add(('|' + stage + '|' + quality + '|' + unit).getBytes(StandardCharsets.UTF_8));
                }
            }
        }
        return all.toArray(new byte[0][]);
    }

    byte[] bytes() {
        return bytes;
    }

    /** What a sum is of, for instance "silver|PRODUCED|WEIGHED|OZT". */
    byte[] line() {
        byte[] words = WORDS[(stage * QUALITIES.length + quality) * UNITS.length + unit];
        byte[] line = Arrays.copyOfRange(bytes, materialAt, materialAt + materialLength + words.length);
        System.arraycopy(words, 0, line, materialLength, words.length);
        return line;
    }

    private long readLong() {
        long raw = 0;
        int shift = 0;
        byte next;
        do {
            next = bytes[at++];
            raw |= (long) (next & 127) << shift;
            shift += 7;
        } while (next < 0);
        return raw >>> 1 ^ -(raw & 1);
    }

    private byte[] readBytes() {
        byte[] field = new byte[(int) readLong()];
        System.arraycopy(bytes, at, field, 0, field.length);
        at += field.length;
        return field;
    }

    private void skip() {
        int length = (int) readLong(); // which moves the position
        at += length;
    }

    /** Two's complement, big-endian. Longer ones than a long do not occur here. */
    private long readDecimal() {
        int length = (int) readLong();
        int end = at + length;
        long value = bytes[at++];
        while (at < end) {
            value = value << 8 | bytes[at++] & 255;
        }
        return value;
    }
}
