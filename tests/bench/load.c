/* SPDX-License-Identifier: Apache-2.0 */
/* Sends ProductionEvents to a topic as fast as Kafka takes them, or at a rate: the load of the measurements.
 *
 *   headframe-load --bootstrap=HOST:PORT --topic=TOPIC [--mines=M] [--facts=F] [--first=I] [--events=N]
 *                 [--rate=R] [--days=D]
 *   headframe-load --print-mines [--mines=M]     NDJSON for headframe publish reference.mines
 *
 * Event i is revision i / F of fact i mod F, so that N above F means corrections. A fact's mine follows Zipf's law (the
 * k-th mine has 1/k of the first one's facts), its date is one of D days from 2024-01-01 on. Records are framed Avro
 * (schema id 1, proto/avro) of 75 to 90 bytes, compressed with lz4 in batches as a busy producer's are. */
#include <glib.h>
#include <librdkafka/rdkafka.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "headframe/kafka_client.h"

enum { RECORD_LIMIT = 160, FIRST_DAY = 19723, TICK_MS = 10 };

static char *bootstrap = NULL, *topic_name = NULL;
static int mine_count = 1000, day_count = 365;
static gint64 fact_count = 1000000, first_event = 0, event_count = 0, rate = 0;
static gboolean print_mines = FALSE;
static volatile sig_atomic_t is_stopped;
static gint64 failures;

static void on_signal(int number)
{
    (void)number;
    is_stopped = 1;
}

static void on_delivery(rd_kafka_t *client, const rd_kafka_message_t *message, void *opaque)
{
    (void)client;
    (void)opaque;
    failures += message->err != 0;
}

/* The same for the same fact, in every run. */
static uint64_t mix(uint64_t x)
{
    x += 0x9e3779b97f4a7c15;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
    x = (x ^ x >> 27) * 0x94d049bb133111eb;
    return x ^ x >> 31;
}

static int mine_of(uint64_t fact)
{
    double share = (double)(mix(fact) >> 11) / 9007199254740992.0; /* [0, 1) */
    return (int)(exp(share * log((double)mine_count + 1.0)) - 1.0);
}

/* --- Avro, by hand: this must not be what is measured ------------------------------------------------------------ */

static uint8_t *put_long(uint8_t *out, int64_t number)
{
    uint64_t rest = (uint64_t)number << 1 ^ (number < 0 ? UINT64_MAX : 0);
    for (; rest > 127; rest >>= 7)
        *out++ = (uint8_t)(rest | 128);
    *out++ = (uint8_t)rest;
    return out;
}

static uint8_t *put_text(uint8_t *out, const char *text, int length)
{
    out = put_long(out, length);
    memcpy(out, text, (size_t)length);
    return out + length;
}

static size_t encode(gint64 number, const char *mine, int mine_length, uint8_t buffer[RECORD_LIMIT])
{
    static const char source[] = "weighbridge-2";
    char id[32];
    uint64_t fact = (uint64_t)(number % fact_count), noise = mix(~fact);
    gint64 day = FIRST_DAY + (gint64)(noise % (uint64_t)day_count);
    gint64 revision = number / fact_count;
    int64_t quantity = (int64_t)((noise >> 32) % 1000000000) + revision % 1000; /* millionths of an ounce */
    uint8_t *out = buffer, amount[5];
    memcpy(out, "\0\0\0\0\1", 5);
    int id_length = g_snprintf(id, sizeof id, "shift-%010llu", (unsigned long long)fact);
    out = put_text(out + 5, id, id_length);
    out = put_long(out, revision);
    *out++ = 0;
    out = put_text(out, mine, mine_length);
    out = put_long(out, day * 86400000 + (gint64)(noise >> 40) % 86400000);
    out = put_text(out, "silver", 6);
    out = put_long(out, 3); /* PRODUCED */
    for (int i = 0; i < 5; i++)
        amount[i] = (uint8_t)(quantity >> (8 * (4 - i)));
    out = put_text(out, (const char *)amount, sizeof amount);
    out = put_long(out, 0); /* OZT */
    out = put_long(out, 1); /* WEIGHED */
    out = put_long(out, 1);
    out = put_text(out, source, sizeof source - 1);
    return (size_t)(out - buffer);
}

/* --- sending ------------------------------------------------------------------------------------------------------ */

static int set(rd_kafka_conf_t *conf, const char *name, const char *value)
{
    char reason[256];
    if (rd_kafka_conf_set(conf, name, value, reason, sizeof reason) == RD_KAFKA_CONF_OK)
        return 1;
    fprintf(stderr, "headframe-load: %s=%s: %s\n", name, value, reason);
    return 0;
}

static rd_kafka_t *open_client(void)
{
    char reason[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    if (!set(conf, "bootstrap.servers", bootstrap) || !set(conf, "enable.idempotence", "true") ||
        !set(conf, "linger.ms", "20") || !set(conf, "batch.size", "262144") || !set(conf, "compression.codec", "lz4") ||
        !set(conf, "queue.buffering.max.messages", "500000") || !set(conf, "log_level", "3")) {
        rd_kafka_conf_destroy(conf);
        return NULL;
    }
    rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    rd_kafka_t *client = rd_kafka_new(RD_KAFKA_PRODUCER, conf, reason, sizeof reason);
    if (!client)
        fprintf(stderr, "headframe-load: %s\n", reason);
    return client;
}

static int count_partitions(rd_kafka_t *client, rd_kafka_topic_t *topic)
{
    const struct rd_kafka_metadata *metadata;
    rd_kafka_resp_err_t code = rd_kafka_metadata(client, 0, topic, &metadata, 10000);
    if (code) {
        fprintf(stderr, "headframe-load: %s: %s\n", topic_name, rd_kafka_err2str(code));
        return 0;
    }
    int count = metadata->topics[0].partition_cnt;
    if (count == 0)
        fprintf(stderr, "headframe-load: topic %s does not exist\n", topic_name);
    rd_kafka_metadata_destroy(metadata);
    return count;
}

static void send_event(rd_kafka_t *client, rd_kafka_topic_t *topic, int partitions, gint64 number)
{
    char mine[16];
    uint8_t buffer[RECORD_LIMIT];
    int length = g_snprintf(mine, sizeof mine, "mine-%06d", mine_of((uint64_t)(number % fact_count)));
    size_t size = encode(number, mine, length, buffer);
    int32_t partition = hf_kafka_partition_of(mine, (size_t)length, partitions);
    while (rd_kafka_produce(topic, partition, RD_KAFKA_MSG_F_COPY, buffer, size, mine, (size_t)length, NULL) != 0 &&
           !is_stopped)
        rd_kafka_poll(client, TICK_MS); /* its queue is full */
}

static void send_all(rd_kafka_t *client, rd_kafka_topic_t *topic, int partitions)
{
    gint64 began_us = g_get_monotonic_time(), sent = 0;
    while (!is_stopped && (event_count == 0 || sent < event_count)) {
        gint64 due = rate ? (g_get_monotonic_time() - began_us) * rate / 1000000 : sent + 1000;
        for (due = event_count ? MIN(due, event_count) : due; sent < due && !is_stopped; sent++)
            send_event(client, topic, partitions, first_event + sent);
        rd_kafka_poll(client, rate ? 1 : 0);
    }
    rd_kafka_flush(client, 60000);
    double seconds = (double)(g_get_monotonic_time() - began_us) / 1e6;
    printf("sent=%lld failed=%lld seconds=%.3f rate=%.0f\n", (long long)sent, (long long)failures, seconds,
           (double)sent / seconds);
}

static int send_load(void)
{
    rd_kafka_t *client = open_client();
    if (!client)
        return 1;
    rd_kafka_topic_t *topic = rd_kafka_topic_new(client, topic_name, NULL);
    int partitions = count_partitions(client, topic);
    if (partitions > 0)
        send_all(client, topic, partitions);
    rd_kafka_topic_destroy(topic);
    rd_kafka_destroy(client);
    return partitions == 0 || failures > 0;
}

static void say_mines(void)
{
    for (int i = 0; i < mine_count; i++)
        printf("{\"mine_id\":\"mine-%06d\",\"name\":\"Mine %d\",\"time_zone\":\"UTC\",\"day_start\":\"00:00\","
               "\"primary_metal\":\"silver\",\"status\":\"operating\",\"interests\":[{\"company_id\":\"company-%d\","
               "\"from\":\"2000-01-01\",\"share\":\"1\"}]}\n",
               i, i, i / 20);
}

int main(int argc, char **argv)
{
    const GOptionEntry entries[] = {
        {"bootstrap", 0, 0, G_OPTION_ARG_STRING, &bootstrap, "Brokers", "HOST:PORT"},
        {"topic", 0, 0, G_OPTION_ARG_STRING, &topic_name, "Where the events go", "TOPIC"},
        {"mines", 0, 0, G_OPTION_ARG_INT, &mine_count, "Mines (default 1000)", "M"},
        {"facts", 0, 0, G_OPTION_ARG_INT64, &fact_count, "Facts (default 1000000)", "F"},
        {"events", 0, 0, G_OPTION_ARG_INT64, &event_count, "Events; 0: until SIGTERM (default)", "N"},
        {"first", 0, 0, G_OPTION_ARG_INT64, &first_event, "Number of the first event (default 0)", "I"},
        {"rate", 0, 0, G_OPTION_ARG_INT64, &rate, "Events a second; 0: as fast as it goes (default)", "R"},
        {"days", 0, 0, G_OPTION_ARG_INT, &day_count, "Days the facts are spread over (default 365)", "D"},
        {"print-mines", 0, 0, G_OPTION_ARG_NONE, &print_mines, "Print the mines and end", NULL},
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(GError) error = NULL;
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error) || argc != 1 || mine_count < 1 || fact_count < 1 ||
        day_count < 1 || (!print_mines && (!bootstrap || !topic_name))) {
        fprintf(stderr, "headframe-load: %s\n", error ? error->message : "wrong arguments; try --help");
        return 2;
    }
    signal(SIGINT, on_signal);
    signal(SIGTERM, on_signal);
    if (!print_mines)
        return send_load();
    say_mines();
    return 0;
}
