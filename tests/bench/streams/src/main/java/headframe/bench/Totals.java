// SPDX-License-Identifier: Apache-2.0
package headframe.bench;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Decides what is kept of one mine and production date: for each line (material, stage, quality, unit) the exact sum in
 * millionths of the unit and the number of facts. Its bytes are, for each line, the length of its name, the name, the
 * sum and the number, both big-endian in eight bytes.
 */
final class Totals {
    private static final int NUMBERS_BYTES = 2 * Long.BYTES;

    private final byte[] bytes;

    /** Of bytes that nobody changes any more. */
    Totals(byte[] bytes) {
        this.bytes = bytes;
    }

    byte[] bytes() {
        return bytes;
    }

    /** These totals and the event. */
    Totals plus(Event event) {
        byte[] line = event.line();
        int found = find(line);
        byte[] next = found < 0 ? withLine(line) : bytes.clone();
        ByteBuffer numbers = ByteBuffer.wrap(next, found < 0 ? next.length - NUMBERS_BYTES : found, NUMBERS_BYTES);
        numbers.mark();
        long sum = Math.addExact(numbers.getLong(), event.quantity);
        long facts = numbers.getLong() + 1;
        numbers.reset();
        numbers.putLong(sum).putLong(facts);
        return new Totals(next);
    }

    /** Where the numbers of a line begin, or -1. */
    private int find(byte[] line) {
        int at = 0;
        while (at < bytes.length) {
            int name = at + 1;
            int end = name + bytes[at];
            if (Arrays.equals(bytes, name, end, line, 0, line.length)) {
                return end;
            }
            at = end + NUMBERS_BYTES;
        }
        return -1;
    }

    private byte[] withLine(byte[] line) {
        byte[] next = Arrays.copyOf(bytes, bytes.length + 1 + line.length + NUMBERS_BYTES);
        next[bytes.length] = (byte) line.length;
        System.arraycopy(line, 0, next, bytes.length + 1, line.length);
        return next;
    }
}
