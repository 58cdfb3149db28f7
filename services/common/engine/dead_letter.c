/* SPDX-License-Identifier: Apache-2.0 */
/* Decides what a dead letter carries: the original bytes and headers, and why and where it was refused. */
#include "headframe/dead_letter.h"

#include <glib.h>
#include <string.h>
#include <xxhash.h>

#include "headframe/kafka_transaction.h"

enum {
    OWN_HEADERS = 8,
    ROOM_FOR_HEADERS = 64 * 1024,
    HEADER_BYTES = 10 /* its two lengths on the wire, at most */,
    ROOM_FOR_TEXTS = 256
};

/* librdkafka does not hand out the bytes of a batch that it can not read. */
static const char NO_DIGEST[] = "none: the batch could not be read";

struct letter {
    GBytes *key, *value; /* NULL: null */
    GArray *headers;     /* of struct hf_header, the original ones; names and values are owned */
    char *topic, *detail;
    const char *code;
    char *digest; /* NULL where the bytes are forwarded */
    int32_t partition;
    int64_t offset, last_offset; /* the last is above the first only of a damaged batch */
    int is_damaged;
};

struct hf_dead_letters {
    const char *daemon;
    GPtrArray *letters;
    size_t bytes;
};

static void clear_header(gpointer data)
{
    struct hf_header *header = data;
    g_free((char *)header->name);
    g_free((void *)header->value);
}

static void free_letter(gpointer data)
{
    struct letter *letter = data;
    g_clear_pointer(&letter->key, g_bytes_unref);
    g_clear_pointer(&letter->value, g_bytes_unref);
    g_array_free(letter->headers, TRUE);
    g_free(letter->topic);
    g_free(letter->detail);
    g_free(letter->digest);
    g_free(letter);
}

struct hf_dead_letters *hf_dead_letters_new(const char *daemon)
{
    struct hf_dead_letters *letters = g_new0(struct hf_dead_letters, 1);
    letters->daemon = daemon;
    letters->letters = g_ptr_array_new_with_free_func(free_letter);
    return letters;
}

void hf_dead_letters_free(struct hf_dead_letters **letters)
{
    if (!*letters)
        return;
    g_ptr_array_free((*letters)->letters, TRUE);
    g_free(*letters);
    *letters = NULL;
}

/* A copy to be released with g_free; of no bytes it is "", which is not null. */
static void *copy_bytes(const void *bytes, size_t length)
{
    return bytes && length == 0 ? g_strdup("") : g_memdup2(bytes, length);
}

/* All headers of the record, borrowed from it, however many there are. */
static GArray *borrow_headers(const struct hf_record *record)
{
    GArray *headers = g_array_new(FALSE, TRUE, sizeof(struct hf_header));
    size_t count, limit = 16;
    do {
        limit *= 4;
        g_array_set_size(headers, (guint)limit);
        count = hf_record_headers(record, (struct hf_header *)(void *)headers->data, limit);
    } while (count == limit);
    g_array_set_size(headers, (guint)count);
    return headers;
}

/* Copies the headers; returns their bytes. */
static size_t copy_headers(const struct hf_record *record, GArray *out)
{
    g_autoptr(GArray) headers = borrow_headers(record);
    size_t bytes = 0;
    for (guint i = 0; i < headers->len; i++) {
        const struct hf_header *header = &g_array_index(headers, struct hf_header, i);
        struct hf_header copy = {g_strdup(header->name), copy_bytes(header->value, header->length), header->length};
        g_array_append_val(out, copy);
        bytes += strlen(copy.name) + copy.length + HEADER_BYTES;
    }
    return bytes;
}

static char *digest_of(const struct hf_record *record)
{
    XXH128_hash_t hash = XXH3_128bits(record->value, record->value_length);
    return g_strdup_printf("xxh3-128:%016llx%016llx bytes:%zu", (unsigned long long)hash.high64,
                           (unsigned long long)hash.low64, record->value_length);
}

/* Keeps the original bytes, or of too many of them a digest; returns the bytes kept. */
static size_t keep_bytes(struct letter *letter, const struct hf_record *record)
{
    size_t bytes = copy_headers(record, letter->headers) + record->key_length + record->value_length;
    if (bytes + ROOM_FOR_HEADERS > HF_RECORD_LIMIT_BYTES) {
        letter->digest = digest_of(record);
        g_array_set_size(letter->headers, 0);
        return 0;
    }
    letter->key = record->key ? g_bytes_new(record->key, record->key_length) : NULL;
    letter->value = record->value ? g_bytes_new(record->value, record->value_length) : NULL;
    return bytes;
}

void hf_dead_letters_add(struct hf_dead_letters *letters, const char *topic, const struct hf_record *record,
                         const struct hf_refusal *refusal)
{
    struct letter *letter = g_new0(struct letter, 1);
    letter->headers = g_array_new(FALSE, TRUE, sizeof(struct hf_header));
    g_array_set_clear_func(letter->headers, clear_header);
    letter->topic = g_strdup(topic);
    letter->detail = g_strdup(refusal->detail);
    letter->code = hf_refusal_name(refusal->code);
    letter->partition = record->partition;
    letter->offset = record->offset;
    letter->last_offset = hf_record_next(record) - 1;
    letter->is_damaged = record->is_damaged;
    if (record->is_damaged)
        letter->digest = g_strdup(NO_DIGEST);
    else
        letters->bytes += keep_bytes(letter, record);
    letters->bytes += sizeof *letter + strlen(letter->detail) + ROOM_FOR_TEXTS;
    g_ptr_array_add(letters->letters, letter);
}

size_t hf_dead_letters_count(const struct hf_dead_letters *letters)
{
    return letters->letters->len;
}

size_t hf_dead_letters_bytes(const struct hf_dead_letters *letters)
{
    return letters->bytes;
}

/* The bytes as they came: of no bytes they are "", which is not null. */
static const void *original(GBytes *bytes, size_t *out_length)
{
    const void *data = g_bytes_get_data(bytes, out_length);
    return data ? data : "";
}

static int publish_letter(const struct hf_dead_letters *letters, const struct letter *letter,
                          const struct hf_sink *sink, struct hf_error *error)
{
    char partition[16], offset[24], last_offset[24];
    g_snprintf(partition, sizeof partition, "%d", letter->partition);
    g_snprintf(offset, sizeof offset, "%lld", (long long)letter->offset);
    g_snprintf(last_offset, sizeof last_offset, "%lld", (long long)letter->last_offset);
    const char *own[OWN_HEADERS][2] = {
        {"headframe-error", letter->code},    {"headframe-detail", letter->detail},
        {"headframe-topic", letter->topic},   {"headframe-partition", partition},
        {"headframe-offset", offset},         {"headframe-daemon", letters->daemon},
        {"headframe-digest", letter->digest}, {"headframe-last-offset", letter->is_damaged ? last_offset : NULL},
    };
    g_autoptr(GArray) headers = g_array_copy(letter->headers);
    g_array_set_clear_func(headers, NULL); /* the texts stay the letter's */
    for (int i = 0; i < OWN_HEADERS; i++)
        if (own[i][1]) {
            struct hf_header header = {own[i][0], own[i][1], strlen(own[i][1])};
            g_array_append_val(headers, header);
        }
    struct hf_output output = {
        .topic = HF_TOPIC_DEAD_LETTERS,
        .partition = HF_PARTITION_BY_KEY,
        .headers = (const struct hf_header *)(void *)headers->data,
        .header_count = headers->len,
    };
    if (letter->key)
        output.key = original(letter->key, &output.key_length);
    if (letter->value)
        output.value = original(letter->value, &output.value_length);
    return sink->write(sink->context, &output, error);
}

int hf_dead_letters_publish(struct hf_dead_letters *letters, const struct hf_sink *sink, struct hf_error *error)
{
    int result = HF_OK;
    for (guint i = 0; i < letters->letters->len && result == HF_OK; i++)
        result = publish_letter(letters, letters->letters->pdata[i], sink, error);
    g_ptr_array_set_size(letters->letters, 0);
    letters->bytes = 0;
    return result;
}
