/* SPDX-License-Identifier: Apache-2.0 */
/* Writes Protobuf's wire format, for the records of which one may be due for each event (day_codec.c); all others go
 * through protobuf-c, and so does all reading. Format: https://protobuf.dev/programming-guides/encoding
 *
 * From the end to the beginning: what a length counts has been written by the time the length is, and nothing is
 * measured first or moved afterwards. So fields are put in falling order of their numbers.
 *
 *     buffer                  at                       end
 *     ├── not written yet ────┼── record, from here ───┤
 *
 * As proto3 has it, a scalar that is zero and a text that is empty are not written. */
#ifndef HEADFRAME_CODEC_WIRE_H
#define HEADFRAME_CODEC_WIRE_H

#include <stdint.h>
#include <string.h>

struct wire {
    uint8_t *buffer, *at, *end;
};

enum wire_type { WIRE_VARINT = 0, WIRE_FIXED64 = 1, WIRE_BYTES = 2 };

void wire_init(struct wire *wire);
void wire_fini(struct wire *wire);
/* Forgets what was written; the room stays. */
void wire_clear(struct wire *wire);

size_t wire_length(const struct wire *wire);

/* A text without a NUL at its end; field is 1 to 15, as in all of these. */
void wire_put_text(struct wire *wire, unsigned field, const char *text, size_t length);
void wire_put_varint(struct wire *wire, unsigned field, uint64_t value);
/* sint32, sint64. */
void wire_put_signed(struct wire *wire, unsigned field, int64_t value);
void wire_put_fixed64(struct wire *wire, unsigned field, uint64_t value);
/* Makes a message of what was written since wire_length() was inner; even an empty one is written. */
void wire_put_message(struct wire *wire, unsigned field, size_t inner);

#endif
