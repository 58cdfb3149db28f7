/* SPDX-License-Identifier: Apache-2.0 */
/* Prints the sums by mine and day that a topic holds in the end, so that they can be compared with those that were made.
 *
 *   headframe-sums --bootstrap=HOST:PORT --topic=TOPIC [--streams]
 *
 * Reads committed records of all partitions up to their end; the last one of a key counts. A headframe days topic by
 * default, with --streams the output of tests/bench/streams. */
#include <glib.h>
#include <inttypes.h>
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "day_sums.h"
#include "days.pb-c.h"

enum { ANSWER_MS = 10000, BATCH = 1000, DAY_MS = 86400000 };

static const __int128 MICRO_OUNCE = 311034768; /* in 10^-13 g */
static const char LINE[] = "silver|PRODUCED|WEIGHED";

static char *bootstrap = NULL, *topic_name = NULL;
static gboolean is_streams = FALSE;

/* Ends the program: nothing that was read after this could be relied on. */
static _Noreturn void fail(const char *what)
{
    fprintf(stderr, "headframe-sums: %s: %s\n", topic_name, what);
    exit(1);
}

static int mine_of(const char *key, size_t length)
{
    char text[16] = "";
    memcpy(text, key, MIN(length, sizeof text - 1));
    if (!g_str_has_prefix(text, "mine-"))
        fail("a key that is no mine's");
    return (int)strtol(text + 5, NULL, 10);
}

/* --- what a record says ------------------------------------------------------------------------------------------- */

/* Sets the sum of one date of a mine as headframe-production wrote it. */
static void take_day(GHashTable *sums, const rd_kafka_message_t *message)
{
    Headframe__DaysRecord *record = headframe__days_record__unpack(NULL, message->len, message->payload);
    if (!record)
        fail("a record that is none of a days topic");
    if (record->body_case == HEADFRAME__DAYS_RECORD__BODY_DAY) {
        const Headframe__Day *day = record->day;
        if (day->n_production != 1)
            fail("a day with another number of lines than was sent");
        const Headframe__ProductionLine *line = day->production[0];
        g_autofree char *name = g_strdup_printf("%s|%s|%s", line->material, line->stage, line->quality);
        __int128 amount = ((__int128)line->high << 64) + line->low;
        if (strcmp(name, LINE) != 0 || amount % MICRO_OUNCE != 0)
            fail("a line that was not sent");
        struct day_sum *sum = day_sums_at(sums, mine_of(day->mine_id, strlen(day->mine_id)), day->date);
        sum->micro_ounces = (int64_t)(amount / MICRO_OUNCE);
        sum->facts = line->facts;
    }
    headframe__days_record__free_unpacked(record, NULL);
}

static int64_t big_endian(const uint8_t *bytes, int count)
{
    uint64_t value = 0;
    for (int i = 0; i < count; i++)
        value = value << 8 | bytes[i];
    return (int64_t)value;
}

/* The same as tests/bench/streams wrote it. Key: the mine and the start of its window in ms. Value: for each line the
 * length of its name and the name, the sum in millionths of the unit, and the number of facts. */
static void take_window(GHashTable *sums, const rd_kafka_message_t *message)
{
    static const char unit_line[] = "silver|PRODUCED|WEIGHED|OZT";
    const uint8_t *key = message->key, *value = message->payload;
    size_t mine_length = message->key_len - 8, name_length = sizeof unit_line - 1;
    if (message->key_len <= 8 || message->len != 1 + name_length + 16 || value[0] != name_length ||
        memcmp(value + 1, unit_line, name_length) != 0)
        fail("a window that was not sent");
    int64_t start_ms = big_endian(key + mine_length, 8);
    struct day_sum *sum = day_sums_at(sums, mine_of(message->key, mine_length), (int32_t)(start_ms / DAY_MS));
    sum->micro_ounces = big_endian(value + 1 + name_length, 8);
    sum->facts = big_endian(value + 1 + name_length + 8, 8);
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

static rd_kafka_t *open_client(void)
{
    static const char *const settings[][2] = {
        {"isolation.level", "read_committed"}, {"enable.partition.eof", "true"}, {"log_level", "3"}};
    char reason[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    if (rd_kafka_conf_set(conf, "bootstrap.servers", bootstrap, reason, sizeof reason) != RD_KAFKA_CONF_OK)
        fail(reason);
    for (size_t i = 0; i < G_N_ELEMENTS(settings); i++)
        if (rd_kafka_conf_set(conf, settings[i][0], settings[i][1], reason, sizeof reason) != RD_KAFKA_CONF_OK)
            fail(reason);
    rd_kafka_t *client = rd_kafka_new(RD_KAFKA_CONSUMER, conf, reason, sizeof reason);
    if (!client)
        fail(reason);
    return client;
}

/* Starts all partitions of the topic at their beginning. Returns how many there are. */
static int start_all(rd_kafka_t *client, rd_kafka_topic_t *topic, rd_kafka_queue_t *queue)
{
    const struct rd_kafka_metadata *metadata;
    rd_kafka_resp_err_t code = rd_kafka_metadata(client, 0, topic, &metadata, ANSWER_MS);
    if (code)
        fail(rd_kafka_err2str(code));
    int count = metadata->topics[0].partition_cnt;
    rd_kafka_metadata_destroy(metadata);
    if (count == 0)
        fail("no such topic");
    for (int i = 0; i < count; i++)
        if (rd_kafka_consume_start_queue(topic, i, RD_KAFKA_OFFSET_BEGINNING, queue) != 0)
            fail(rd_kafka_err2str(rd_kafka_last_error()));
    return count;
}

/* Returns 1 where the message is the end of its partition. */
static int take(GHashTable *sums, const rd_kafka_message_t *message)
{
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF)
        return 1;
    if (message->err)
        fail(rd_kafka_message_errstr(message));
    if (is_streams)
        take_window(sums, message);
    else
        take_day(sums, message);
    return 0;
}

static void read_all(GHashTable *sums)
{
    rd_kafka_t *client = open_client();
    rd_kafka_topic_t *topic = rd_kafka_topic_new(client, topic_name, NULL);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(client);
    rd_kafka_message_t *messages[BATCH];
    int partitions = start_all(client, topic, queue), ends = 0;
    while (ends < partitions) {
        ssize_t count = rd_kafka_consume_batch_queue(queue, ANSWER_MS, messages, BATCH);
        if (count <= 0)
            fail("nothing more comes, though it is not read to the end");
        for (ssize_t i = 0; i < count; i++) {
            ends += take(sums, messages[i]);
            rd_kafka_message_destroy(messages[i]);
        }
    }
    for (int i = 0; i < partitions; i++)
        rd_kafka_consume_stop(topic, i);
    rd_kafka_queue_destroy(queue);
    rd_kafka_topic_destroy(topic);
    rd_kafka_destroy(client);
}

int main(int argc, char **argv)
{
    const GOptionEntry entries[] = {
        {"bootstrap", 0, 0, G_OPTION_ARG_STRING, &bootstrap, "Brokers", "HOST:PORT"},
        {"topic", 0, 0, G_OPTION_ARG_STRING, &topic_name, "What is read", "TOPIC"},
        {"streams", 0, 0, G_OPTION_ARG_NONE, &is_streams, "It is the output of tests/bench/streams", NULL},
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(GError) error = NULL;
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error) || argc != 1 || !bootstrap || !topic_name) {
        fprintf(stderr, "headframe-sums: %s\n", error ? error->message : "wrong arguments; try --help");
        return 2;
    }
    GHashTable *sums = day_sums_new();
    read_all(sums);
    day_sums_print(sums);
    g_hash_table_destroy(sums);
    return 0;
}
