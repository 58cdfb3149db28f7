/* SPDX-License-Identifier: Apache-2.0 */
/* Decides how numbers and texts become bytes of Protobuf (wire.h begins with the picture). */
#include "wire.h"

#include <glib.h>

enum { FIRST_ROOM = 512, VARINT_LIMIT = 10 };

void wire_init(struct wire *wire)
{
    wire->buffer = g_malloc(FIRST_ROOM);
    wire->at = wire->end = wire->buffer + FIRST_ROOM;
}

void wire_fini(struct wire *wire)
{
    g_free(wire->buffer);
    *wire = (struct wire){NULL, NULL, NULL};
}

void wire_clear(struct wire *wire)
{
    wire->at = wire->end;
}

size_t wire_length(const struct wire *wire)
{
    return (size_t)(wire->end - wire->at);
}

/* Makes room for so many bytes before what is written. */
static void reserve(struct wire *wire, size_t bytes)
{
    if ((size_t)(wire->at - wire->buffer) >= bytes)
        return;
    size_t length = wire_length(wire), room = ((size_t)(wire->end - wire->buffer) + bytes) * 2;
    uint8_t *buffer = g_malloc(room);
    memcpy(buffer + room - length, wire->at, length);
    g_free(wire->buffer);
    wire->buffer = buffer;
    wire->at = buffer + room - length;
    wire->end = buffer + room;
}

/* Into room that was reserved. */
static void prepend_varint(struct wire *wire, uint64_t value)
{
    uint8_t bytes[VARINT_LIMIT];
    size_t count = 0;
    for (; value > 127; value >>= 7)
        bytes[count++] = (uint8_t)(value | 128);
    bytes[count++] = (uint8_t)value;
    wire->at -= count;
    memcpy(wire->at, bytes, count);
}

static void prepend_tag(struct wire *wire, unsigned field, enum wire_type type)
{
    *--wire->at = (uint8_t)(field << 3 | type);
}

void wire_put_varint(struct wire *wire, unsigned field, uint64_t value)
{
    if (value == 0)
        return;
    reserve(wire, 1 + VARINT_LIMIT);
    prepend_varint(wire, value);
    prepend_tag(wire, field, WIRE_VARINT);
}

void wire_put_signed(struct wire *wire, unsigned field, int64_t value)
{
    wire_put_varint(wire, field, (uint64_t)value << 1 ^ -(uint64_t)(value < 0));
}

void wire_put_fixed64(struct wire *wire, unsigned field, uint64_t value)
{
    if (value == 0)
        return;
    reserve(wire, 1 + sizeof value);
    value = GUINT64_TO_LE(value);
    wire->at -= sizeof value;
    memcpy(wire->at, &value, sizeof value);
    prepend_tag(wire, field, WIRE_FIXED64);
}

void wire_put_text(struct wire *wire, unsigned field, const char *text, size_t length)
{
    if (length == 0)
        return;
    reserve(wire, 1 + VARINT_LIMIT + length);
    wire->at -= length;
    memcpy(wire->at, text, length);
    prepend_varint(wire, length);
    prepend_tag(wire, field, WIRE_BYTES);
}

void wire_put_message(struct wire *wire, unsigned field, size_t inner)
{
    reserve(wire, 1 + VARINT_LIMIT);
    prepend_varint(wire, wire_length(wire) - inner);
    prepend_tag(wire, field, WIRE_BYTES);
}
