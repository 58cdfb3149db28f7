/* SPDX-License-Identifier: Apache-2.0 */
/* Decides whether a record belongs where it came, under the ids it bears. */
#include "event_check.h"

#include <glib.h>
#include <string.h>

#include "headframe/kafka_client.h"

enum { SHOWN_BYTES = 80 };

/* Some bytes as they can be shown; a new string. */
static char *show(const char *bytes, size_t length)
{
    return bytes ? g_utf8_make_valid(bytes, length < SHOWN_BYTES ? (gssize)length : SHOWN_BYTES) : g_strdup("");
}

static int check_type(const struct hf_ledger_kind *kind, const struct hf_event *event, struct hf_refusal *refusal)
{
    if (event->type == kind->event_type || event->type == HF_EVENT_PERIOD_CLOSE ||
        event->type == HF_EVENT_QUARANTINE_DECISION)
        return HF_OK;
    return hf_refuse(refusal, HF_REFUSAL_UNKNOWN_SCHEMA, "%s does not belong on topic %s",
                     hf_event_type_name(event->type), hf_topic_info(kind->input)->name);
}

static int check_identifier(const char *field, struct hf_text text, struct hf_refusal *refusal)
{
    if (hf_is_identifier(text.data, text.length))
        return HF_OK;
    g_autofree char *shown = show(text.data, text.length);
    return hf_refuse(refusal, HF_REFUSAL_BAD_ID,
                     "%s \"%s\" is not 1 to 64 bytes of UTF-8 without control characters and '|'", field, shown);
}

static int check_place(int32_t partition, int32_t partition_count, const struct hf_event *event,
                       const struct hf_record *record, struct hf_refusal *refusal)
{
    struct hf_text mine = event->mine_id;
    if (!record->key || record->key_length != mine.length || memcmp(record->key, mine.data, mine.length) != 0) {
        g_autofree char *shown = show(record->key, record->key_length);
        return hf_refuse(refusal, HF_REFUSAL_KEY_MISMATCH, "the record's key \"%s\" is not its mine_id \"%.*s\"", shown,
                         (int)mine.length, mine.data);
    }
    int32_t right = hf_kafka_partition_of(record->key, record->key_length, partition_count);
    if (right != partition)
        return hf_refuse(refusal, HF_REFUSAL_WRONG_PARTITION,
                         "mine_id \"%.*s\" belongs on partition %d (Murmur2 of the key), the record came on %d",
                         (int)mine.length, mine.data, right, partition);
    return HF_OK;
}

int event_check(const struct hf_ledger_kind *kind, int32_t partition, int32_t partition_count,
                const struct hf_event *event, const struct hf_record *record, struct hf_refusal *refusal)
{
    if (check_type(kind, event, refusal) != HF_OK || check_identifier("mine_id", event->mine_id, refusal) != HF_OK ||
        (event->type != HF_EVENT_PERIOD_CLOSE && check_identifier("event_id", event->event_id, refusal) != HF_OK) ||
        check_place(partition, partition_count, event, record, refusal) != HF_OK)
        return HF_EINVAL;
    if (event->revision < 0)
        return hf_refuse(refusal, HF_REFUSAL_MALFORMED, "revision is %d, expected 0 or more", event->revision);
    return HF_OK;
}
