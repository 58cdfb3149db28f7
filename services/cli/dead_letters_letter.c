/* SPDX-License-Identifier: Apache-2.0 */
/* Decides which headers of a letter are believed: the last of each name, because a record can bring the same names
 * along, from a replay or from a topic that was copied, and those of the refusal are added behind them. */
#include "dead_letters_letter.h"

#include <inttypes.h>
#include <string.h>

#include "headframe/topics.h"
#include "record_headers.h"
#include "reference_record.h"

/* Added to every letter (contract, section 4); headframe-digest where the bytes could not be kept, and
 * headframe-last-offset where those of a whole batch could not be read. */
static const char *const added[] = {
    "headframe-error",  "headframe-detail", "headframe-topic",  "headframe-partition",
    "headframe-offset", "headframe-daemon", "headframe-digest", "headframe-last-offset",
};

/* --- places ----------------------------------------------------------------------------------------------------- */

/* A number of digits only; -1 where text is none or it is above max. */
static int64_t parse_digits(const char *text, size_t length, int64_t max)
{
    g_autofree char *digits = g_strndup(text, length);
    guint64 value; /* unsigned: no sign is taken then */
    return g_ascii_string_to_unsigned(digits, 10, 0, (guint64)max, &value, NULL) ? (int64_t)value : -1;
}

int hf_place_parse(const char *text, size_t length, struct hf_place *out_place, struct hf_error *error)
{
    const char *colon = memchr(text, ':', length);
    int64_t partition = -1, offset = -1;
    if (colon) {
        size_t before = (size_t)(colon - text);
        partition = parse_digits(text, before, INT32_MAX);
        offset = parse_digits(colon + 1, length - before - 1, INT64_MAX);
    }
    if (partition < 0 || offset < 0)
        return hf_error_set(error, HF_EINVAL, HF_ACTION_BAD_INPUT,
                            "\"%.*s\" is not the place of a letter, PARTITION:OFFSET such as 0:12, as "
                            "'headframe dead-letters list' prints it",
                            length < 60 ? (int)length : 60, text);
    *out_place = (struct hf_place){(int32_t)partition, offset};
    return HF_OK;
}

char *hf_place_format(struct hf_place place, char buffer[HF_PLACE_TEXT])
{
    g_snprintf(buffer, HF_PLACE_TEXT, "%" PRId32 ":%" PRId64, place.partition, place.offset);
    return buffer;
}

int hf_place_compare(const void *a, const void *b)
{
    const struct hf_place *left = a, *right = b;
    if (left->partition != right->partition)
        return left->partition < right->partition ? -1 : 1;
    return (left->offset > right->offset) - (left->offset < right->offset);
}

/* --- letters ---------------------------------------------------------------------------------------------------- */

/* The text of the last header with that name; new, or NULL. */
static char *text_of(const GArray *headers, const char *name)
{
    const struct hf_header *header = hf_header_find_last(headers, name);
    return header && header->value ? g_strndup(header->value, header->length) : NULL;
}

static int64_t number_of(const GArray *headers, const char *name, int64_t max)
{
    const struct hf_header *header = hf_header_find_last(headers, name);
    return header && header->value ? parse_digits(header->value, header->length, max) : -1;
}

struct hf_letter *hf_letter_new(const struct hf_record *record)
{
    g_autoptr(GArray) headers = hf_record_all_headers(record);
    struct hf_letter *letter = g_new(struct hf_letter, 1);
    *letter = (struct hf_letter){
        .place = {record->partition, record->offset},
        .written_ms = record->timestamp_ms,
        .code = text_of(headers, "headframe-error"),
        .detail = text_of(headers, "headframe-detail"),
        .topic = text_of(headers, "headframe-topic"),
        .daemon = text_of(headers, "headframe-daemon"),
        .digest = text_of(headers, "headframe-digest"),
        .partition = (int32_t)number_of(headers, "headframe-partition", INT32_MAX),
        .offset = number_of(headers, "headframe-offset", INT64_MAX - 1),
        .key = record->key ? g_bytes_new(record->key, record->key_length) : NULL,
    };
    return letter;
}

void hf_letter_free(struct hf_letter **letter)
{
    if (!*letter)
        return;
    g_free((*letter)->code);
    g_free((*letter)->detail);
    g_free((*letter)->topic);
    g_free((*letter)->daemon);
    g_free((*letter)->digest);
    g_clear_pointer(&(*letter)->key, g_bytes_unref);
    g_free(*letter);
    *letter = NULL;
}

void hf_letter_destroy(void *letter)
{
    struct hf_letter *owned = letter;
    hf_letter_free(&owned);
}

int hf_letter_topic_find(const char *full_name, const char *prefix)
{
    int topic = g_str_has_prefix(full_name, prefix) ? hf_topic_find(full_name + strlen(prefix)) : -1;
    int is_read = topic == HF_TOPIC_PRODUCTION || topic == HF_TOPIC_COSTS ||
                  (topic >= 0 && hf_reference_record_is_for((enum hf_topic)topic));
    return is_read ? topic : -1;
}

char *hf_letter_added_headers(const GArray *headers)
{
    char *are_added = g_new0(char, headers->len + 1);
    for (size_t i = 0; i < G_N_ELEMENTS(added); i++) {
        const struct hf_header *last = hf_header_find_last(headers, added[i]);
        if (last)
            are_added[last - &g_array_index(headers, struct hf_header, 0)] = 1;
    }
    return are_added;
}

gint hf_letter_compare(gconstpointer a, gconstpointer b)
{
    const struct hf_letter *left = *(const struct hf_letter *const *)a, *right = *(const struct hf_letter *const *)b;
    if (left->written_ms != right->written_ms)
        return left->written_ms < right->written_ms ? -1 : 1;
    return hf_place_compare(&left->place, &right->place);
}
