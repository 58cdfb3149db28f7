/* SPDX-License-Identifier: Apache-2.0 */
/* Decides how replayed records are written. Letters are gathered first and a transaction is open only while they are
 * sent: one that stays open holds up everyone who reads the topic, and Kafka ends it after ten seconds. */
#include "dead_letters_send.h"

#include <string.h>

#include "dead_letters_read.h"
#include "record_headers.h"

enum { BATCH_RECORDS = 1000, BATCH_BYTES = 4 * 1024 * 1024, COMMIT_TIMEOUT_MS = 20000 };

/* A record that waits for its transaction. */
struct parcel {
    char *topic, *place;
    GBytes *key, *value; /* value NULL: a tombstone */
    GPtrArray *texts;    /* what its headers point to */
    GArray *headers;     /* of struct hf_header */
};

struct sending {
    struct hf_session *session;
    struct hf_producer *producer;
    GPtrArray *parcels;
    size_t bytes, sent;
    int code; /* of the first failure */
};

GArray *hf_replay_headers(const GArray *headers, const char *place_text)
{
    GArray *out = g_array_new(FALSE, FALSE, sizeof(struct hf_header));
    const struct hf_header receipt = {HF_LETTER_REPLAYED_FROM, place_text, strlen(place_text)};
    for (guint i = 0; i < headers->len; i++) {
        const struct hf_header *header = &g_array_index(headers, struct hf_header, i);
        if (!g_str_has_prefix(header->name, HF_LETTER_HEADER_PREFIX))
            g_array_append_vals(out, header, 1);
    }
    g_array_append_val(out, receipt);
    return out;
}

/* --- parcels ---------------------------------------------------------------------------------------------------- */

static void free_parcel(gpointer data)
{
    struct parcel *parcel = data;
    g_free(parcel->topic);
    g_free(parcel->place);
    g_clear_pointer(&parcel->key, g_bytes_unref);
    g_clear_pointer(&parcel->value, g_bytes_unref);
    g_array_unref(parcel->headers);
    g_ptr_array_unref(parcel->texts);
    g_free(parcel);
}

/* A copy that lives as long as the parcel; of no bytes it is "", which is not null. */
static const void *keep(struct parcel *parcel, const void *bytes, size_t length)
{
    if (!bytes)
        return NULL;
    char *copy = g_malloc(length + 1);
    memcpy(copy, bytes, length);
    copy[length] = '\0';
    g_ptr_array_add(parcel->texts, copy);
    return copy;
}

static void keep_headers(struct parcel *parcel, const struct hf_record *record)
{
    g_autoptr(GArray) all = hf_record_all_headers(record);
    parcel->headers = hf_replay_headers(all, parcel->place);
    for (guint i = 0; i + 1 < parcel->headers->len; i++) { /* the last is the parcel's own */
        struct hf_header *header = &g_array_index(parcel->headers, struct hf_header, i);
        header->name = keep(parcel, header->name, strlen(header->name));
        header->value = keep(parcel, header->value, header->length);
    }
}

static struct parcel *pack(const struct hf_letter *letter, const struct hf_record *record)
{
    char place[HF_PLACE_TEXT];
    struct parcel *parcel = g_new0(struct parcel, 1);
    parcel->topic = g_strdup(letter->topic);
    parcel->place = g_strdup(hf_place_format(letter->place, place));
    parcel->texts = g_ptr_array_new_with_free_func(g_free);
    parcel->key = letter->key ? g_bytes_ref(letter->key) : NULL;
    parcel->value = record->value ? g_bytes_new(record->value, record->value_length) : NULL;
    keep_headers(parcel, record);
    return parcel;
}

/* --- transactions ----------------------------------------------------------------------------------------------- */

/* The bytes as they came: of no bytes they are "", which is not null. */
static const void *bytes_of(GBytes *bytes, size_t *out_length)
{
    const void *data = bytes ? g_bytes_get_data(bytes, out_length) : NULL;
    return bytes && !data ? "" : data;
}

static int send_parcel(const struct sending *sending, const struct parcel *parcel, struct hf_error *error)
{
    struct hf_outgoing record = {
        .topic = parcel->topic,
        .partition = HF_PARTITION_BY_KEY,
        .headers = (const struct hf_header *)(void *)parcel->headers->data,
        .header_count = parcel->headers->len,
    };
    record.key = bytes_of(parcel->key, &record.key_length);
    record.value = bytes_of(parcel->value, &record.value_length);
    return hf_producer_send(sending->producer, &record, error);
}

static int commit(const struct sending *sending, struct hf_error *error)
{
    int result = hf_producer_begin(sending->producer, error);
    for (guint i = 0; i < sending->parcels->len && result == HF_OK; i++)
        result = send_parcel(sending, g_ptr_array_index(sending->parcels, i), error);
    return result == HF_OK ? hf_producer_commit_records(sending->producer, COMMIT_TIMEOUT_MS, error) : result;
}

/* Writes what was gathered. */
static void flush(struct sending *sending)
{
    struct hf_error error;
    if (sending->parcels->len == 0)
        return;
    const struct parcel *first = g_ptr_array_index(sending->parcels, 0);
    if (commit(sending, &error) == HF_OK)
        sending->sent += sending->parcels->len;
    else
        sending->code = hf_session_fail(
            sending->session,
            "the transaction with %u letter%s from %s on failed, or its outcome is not known: %s%s%s; run the same "
            "command again: what was sent is found and not sent twice",
            sending->parcels->len, sending->parcels->len == 1 ? "" : "s", first->place, error.text,
            sending->session->complaint[0] ? ": " : "", sending->session->complaint);
    g_ptr_array_set_size(sending->parcels, 0);
    sending->bytes = 0;
}

static int take(void *context, struct hf_letter *letter, const struct hf_record *record)
{
    struct sending *sending = context;
    g_ptr_array_add(sending->parcels, pack(letter, record));
    sending->bytes += record->key_length + record->value_length;
    if (sending->parcels->len >= BATCH_RECORDS || sending->bytes >= BATCH_BYTES)
        flush(sending);
    hf_letter_free(&letter);
    return sending->code != HF_CONTINUE;
}

int hf_letters_send(struct hf_session *session, struct hf_producer *producer, const struct hf_place *places,
                    size_t place_count, size_t *out_sent)
{
    struct sending sending = {
        .session = session,
        .producer = producer,
        .parcels = g_ptr_array_new_with_free_func(free_parcel),
        .code = HF_CONTINUE,
    };
    const struct hf_letters_query query = {
        .places = places,
        .place_count = place_count,
        .visit = take,
        .context = &sending,
    };
    int code = hf_letters_read(session, &query);
    if (code == HF_CONTINUE && sending.code == HF_CONTINUE)
        flush(&sending);
    *out_sent = sending.sent;
    g_ptr_array_unref(sending.parcels);
    return sending.code != HF_CONTINUE ? sending.code : code;
}
