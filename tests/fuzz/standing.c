/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes the values that stand in for bad reference records: a sequence of what daemons meet on the reference topics and
 * on the topic of preserved values, whose keys and values anyone may write.
 *
 *   1 byte  what happens; 1 byte  the topic; the key and the value, each up to a line end ("~": null) */
#include <string.h>

#include "fuzz.h"
#include "headframe/standing.h"

const struct fuzz_limits fuzz_limits = {1 << 20, 1024};

enum what { ACCEPT, REFUSE, TAKE, ACCEPT_INSTEAD, PRESERVE, WITHDRAW, FORGET, PUBLISH, WHAT_COUNT };

static const enum hf_topic topics[] = {HF_TOPIC_COMPANIES, HF_TOPIC_MINES, HF_TOPIC_PRICES, HF_TOPIC_FX};

/* Without a value: a tombstone. */
static void set_text(struct hf_text text, const char **out_data, size_t *out_length)
{
    int is_null = text.length == 1 && text.data[0] == '~';
    *out_data = is_null ? NULL : text.data;
    *out_length = is_null ? 0 : text.length;
}

static int is_topic(enum hf_topic topic)
{
    for (size_t i = 0; i < G_N_ELEMENTS(topics); i++)
        if (topics[i] == topic)
            return 1;
    return 0;
}

static int write_record(void *context, const struct hf_output *output, struct hf_error *error)
{
    int *count = context;
    (void)error;
    HOLD(output->topic == HF_TOPIC_STANDING && output->key && memchr(output->key, '|', output->key_length));
    HOLD(g_utf8_validate_len(output->key, output->key_length, NULL));
    ++*count;
    return HF_OK;
}

static void publish(struct hf_standing *standing)
{
    int count = 0, had_work = hf_standing_has_work(standing);
    struct hf_error error = {0};
    const struct hf_sink sink = {write_record, &count};
    HOLD(hf_standing_publish(standing, &sink, &error) == HF_OK);
    HOLD(had_work == (count > 0) && !hf_standing_has_work(standing));
}

static void refuse(struct hf_standing *standing, enum hf_topic topic, const struct hf_record *record)
{
    struct hf_record instead;
    if (hf_standing_refuse(standing, topic, record, &instead)) {
        HOLD(record->key && instead.key_length == record->key_length &&
             memcmp(instead.key, record->key, record->key_length) == 0);
        hf_standing_accept_instead(standing, topic, &instead);
    }
}

static void take(struct hf_standing *standing, const struct hf_record *record)
{
    enum hf_topic topic = HF_TOPIC_COUNT;
    struct hf_record instead;
    if (!hf_standing_take(standing, record, &topic, &instead))
        return;
    HOLD(is_topic(topic) && instead.key);
    /* Nothing is kept under a value of no bytes: it says as much as a tombstone. */
    HOLD(instead.value_length == record->value_length && !instead.value == (record->value_length == 0));
    HOLD(record->value_length == 0 || memcmp(instead.value, record->value, record->value_length) == 0);
    hf_standing_accept_instead(standing, topic, &instead);
}

static void happen(struct hf_standing *standing, enum what what, enum hf_topic topic, const struct hf_record *record)
{
    switch (what) {
    case ACCEPT:
        hf_standing_accept(standing, topic, record);
        break;
    case REFUSE:
        refuse(standing, topic, record);
        break;
    case TAKE:
        take(standing, record);
        break;
    case ACCEPT_INSTEAD:
        hf_standing_accept_instead(standing, topic, record);
        break;
    case PRESERVE:
        hf_standing_preserve(standing, topic, record);
        break;
    case WITHDRAW:
        hf_standing_withdraw(standing, topic, record);
        break;
    case FORGET:
        hf_standing_forget_work(standing);
        HOLD(!hf_standing_has_work(standing));
        break;
    default:
        publish(standing);
    }
}

void fuzz_one(struct fuzz_input *input)
{
    struct hf_standing *standing = hf_standing_new();
    while (input->at < input->end) {
        struct hf_record record = {.timestamp_ms = -1};
        enum what what = (enum what)(fuzz_byte(input) % WHAT_COUNT);
        enum hf_topic topic = topics[fuzz_byte(input) % G_N_ELEMENTS(topics)];
        set_text(fuzz_until(input, '\n'), &record.key, &record.key_length);
        set_text(fuzz_until(input, '\n'), &record.value, &record.value_length);
        happen(standing, what, topic, &record);
    }
    publish(standing);
    hf_standing_free(&standing);
}
