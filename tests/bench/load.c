/* SPDX-License-Identifier: Apache-2.0 */
/* Sends ProductionEvents to a topic as fast as Kafka takes them, or at a rate: the load of the measurements.
 *
 *   headframe-load --bootstrap=HOST:PORT --topic=TOPIC [--mines=M] [--facts=F] [--first=I] [--events=N]
 *                 [--rate=R] [--days=D] [--repeats=PERCENT]
 *   headframe-load --print-mines [--mines=M]     NDJSON for headframe publish reference.mines
 *   headframe-load --print-sums --events=N …     what the mines' days come to once all of it was read
 *
 * Event i is revision i / F of fact i mod F, so that N above F means corrections. With --repeats so many of the N
 * records say again, byte for byte, what any earlier one said. made_event.h tells what they are; records are of 75 to
 * 90 bytes, compressed with lz4 in batches as a busy producer's are. */
#include <glib.h>
#include <librdkafka/rdkafka.h>
#include <signal.h>
#include <stdio.h>

#include "day_sums.h"
#include "headframe/kafka_client.h"
#include "made_event.h"

enum { TICK_MS = 10 };

static char *bootstrap = NULL, *topic_name = NULL;
static struct made_plan plan = {.mines = 1000, .days = 365, .facts = 1000000};
static gint64 event_count = 0, rate = 0;
static gboolean print_mines = FALSE, print_sums = FALSE;
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
    char mine[MADE_MINE_LIMIT];
    uint8_t buffer[MADE_RECORD_LIMIT];
    struct made_event event = made_event(&plan, number);
    size_t length = (size_t)made_mine_id(event.mine, mine), size = made_encode(&event, buffer);
    int32_t partition = hf_kafka_partition_of(mine, length, partitions);
    while (rd_kafka_produce(topic, partition, RD_KAFKA_MSG_F_COPY, buffer, size, mine, length, NULL) != 0 &&
           !is_stopped)
        rd_kafka_poll(client, TICK_MS); /* its queue is full */
}

static void send_all(rd_kafka_t *client, rd_kafka_topic_t *topic, int partitions)
{
    struct made_walk walk = {0};
    gint64 began_us = g_get_monotonic_time();
    while (!is_stopped && (event_count == 0 || walk.records < event_count)) {
        gint64 due = rate ? (g_get_monotonic_time() - began_us) * rate / 1000000 : walk.records + 1000;
        due = event_count ? MIN(due, event_count) : due;
        while (walk.records < due && !is_stopped)
            send_event(client, topic, partitions, made_next(&plan, &walk));
        rd_kafka_poll(client, rate ? 1 : 0);
    }
    rd_kafka_flush(client, 60000);
    double seconds = (double)(g_get_monotonic_time() - began_us) / 1e6;
    printf("sent=%lld failed=%lld seconds=%.3f rate=%.0f\n", (long long)walk.records, (long long)failures, seconds,
           (double)walk.records / seconds);
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
    for (int i = 0; i < plan.mines; i++)
        printf("{\"mine_id\":\"mine-%06d\",\"name\":\"Mine %d\",\"time_zone\":\"UTC\",\"day_start\":\"00:00\","
               "\"primary_metal\":\"silver\",\"status\":\"operating\",\"interests\":[{\"company_id\":\"company-%d\","
               "\"from\":\"2000-01-01\",\"share\":\"1\"}]}\n",
               i, i, i / 20);
}

/* Each event once: repeats change nothing, and there are no corrections. */
static int say_sums(void)
{
    struct made_walk walk = {0};
    while (walk.records < event_count)
        (void)made_next(&plan, &walk);
    if (plan.first + walk.events > plan.facts) {
        fprintf(stderr, "headframe-load: --print-sums knows no corrections: give more --facts\n");
        return 1;
    }
    GHashTable *sums = day_sums_new();
    for (gint64 i = 0; i < walk.events; i++) {
        struct made_event event = made_event(&plan, plan.first + i);
        struct day_sum *sum = day_sums_at(sums, event.mine, event.date);
        sum->micro_ounces += event.micro_ounces;
        sum->facts++;
    }
    day_sums_print(sums);
    g_hash_table_destroy(sums);
    return 0;
}

static int is_usable(void)
{
    if (plan.mines < 1 || plan.facts < 1 || plan.days < 1 || plan.repeats_percent < 0 || plan.repeats_percent > 99)
        return 0;
    return print_mines || (print_sums ? event_count > 0 : bootstrap && topic_name);
}

int main(int argc, char **argv)
{
    const GOptionEntry entries[] = {
        {"bootstrap", 0, 0, G_OPTION_ARG_STRING, &bootstrap, "Brokers", "HOST:PORT"},
        {"topic", 0, 0, G_OPTION_ARG_STRING, &topic_name, "Where the events go", "TOPIC"},
        {"mines", 0, 0, G_OPTION_ARG_INT, &plan.mines, "Mines (default 1000)", "M"},
        {"facts", 0, 0, G_OPTION_ARG_INT64, &plan.facts, "Facts (default 1000000)", "F"},
        {"events", 0, 0, G_OPTION_ARG_INT64, &event_count, "Records; 0: until SIGTERM (default)", "N"},
        {"first", 0, 0, G_OPTION_ARG_INT64, &plan.first, "Number of the first event (default 0)", "I"},
        {"rate", 0, 0, G_OPTION_ARG_INT64, &rate, "Records a second; 0: as fast as it goes (default)", "R"},
        {"days", 0, 0, G_OPTION_ARG_INT, &plan.days, "Days the facts are spread over (default 365)", "D"},
        {"repeats", 0, 0, G_OPTION_ARG_INT, &plan.repeats_percent, "Records that repeat earlier ones (default 0)",
         "PERCENT"},
        {"print-mines", 0, 0, G_OPTION_ARG_NONE, &print_mines, "Print the mines and end", NULL},
        {"print-sums", 0, 0, G_OPTION_ARG_NONE, &print_sums, "Print the sums by mine and day and end", NULL},
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(GError) error = NULL;
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error) || argc != 1 || !is_usable()) {
        fprintf(stderr, "headframe-load: %s\n", error ? error->message : "wrong arguments; try --help");
        return 2;
    }
    if (print_mines)
        say_mines();
    if (print_mines || print_sums)
        return print_sums ? say_sums() : 0;
    signal(SIGINT, on_signal);
    signal(SIGTERM, on_signal);
    return send_load();
}
