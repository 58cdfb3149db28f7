/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a topic once and does nothing with it: the bound that no consumer over librdkafka can beat.
 *
 *   headframe-bare-consumer --bootstrap=HOST:PORT --topic=TOPIC [--schema=FILE.avsc]
 *
 * With --schema each record is also read by Avro C's generic reader. Prints "reading" before it asks for the first
 * record and "read=N" once it has all that was there then, and waits for SIGTERM so that it can be looked at. It
 * is linked with librdkafka as it is, and fetches with the settings of the daemons (services/common/kafka/reader.c). */
#include <avro.h>
#include <glib.h>
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { ANSWER_MS = 10000, BATCH = 2048, FRAME_BYTES = 5 };

static char *bootstrap = NULL, *topic_name = NULL, *schema_file = NULL;

static _Noreturn void fail(const char *what)
{
    fprintf(stderr, "headframe-bare-consumer: %s\n", what);
    exit(1);
}

/* --- Avro C ------------------------------------------------------------------------------------------------------- */

struct decoder {
    avro_reader_t reader;
    avro_value_t record; /* used again for each */
};

static void open_decoder(struct decoder *decoder)
{
    g_autofree char *text = NULL;
    gsize length;
    avro_schema_t schema;
    if (!g_file_get_contents(schema_file, &text, &length, NULL) ||
        avro_schema_from_json_length(text, length, &schema) != 0)
        fail("the schema can not be read");
    avro_value_iface_t *interface = avro_generic_class_from_schema(schema);
    avro_generic_value_new(interface, &decoder->record);
    avro_value_iface_decref(interface);
    avro_schema_decref(schema);
    decoder->reader = avro_reader_memory(NULL, 0);
}

static void decode(struct decoder *decoder, const rd_kafka_message_t *message)
{
    avro_reader_memory_set_source(decoder->reader, (const char *)message->payload + FRAME_BYTES,
                                  (int64_t)message->len - FRAME_BYTES);
    if (avro_value_read(decoder->reader, &decoder->record) != 0)
        fail(avro_strerror());
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

static rd_kafka_t *open_client(void)
{
    const char *const settings[][2] = {
        {"bootstrap.servers", bootstrap},
        {"queued.min.messages", "100000"},
        {"queued.max.messages.kbytes", "65536"},
        {"fetch.message.max.bytes", "1048576"},
        {"fetch.max.bytes", "2097152"},
        {"fetch.wait.max.ms", "100"},
        {"check.crcs", "true"},
#if RD_KAFKA_VERSION >= 0x02020000
        {"fetch.queue.backoff.ms", "2"},
#endif
        {"isolation.level", "read_committed"},
        {"log_level", "3"},
    };
    char reason[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    for (size_t i = 0; i < G_N_ELEMENTS(settings); i++)
        if (rd_kafka_conf_set(conf, settings[i][0], settings[i][1], reason, sizeof reason) != RD_KAFKA_CONF_OK)
            fail(reason);
    rd_kafka_t *client = rd_kafka_new(RD_KAFKA_CONSUMER, conf, reason, sizeof reason);
    if (!client)
        fail(reason);
    return client;
}

static int count_partitions(rd_kafka_t *client, rd_kafka_topic_t *topic)
{
    const struct rd_kafka_metadata *metadata;
    rd_kafka_resp_err_t code = rd_kafka_metadata(client, 0, topic, &metadata, ANSWER_MS);
    if (code)
        fail(rd_kafka_err2str(code));
    int count = metadata->topics[0].partition_cnt;
    rd_kafka_metadata_destroy(metadata);
    if (count == 0)
        fail("no such topic");
    return count;
}

/* Starts every partition at its beginning. Returns how many records there are in all: offsets have no gaps, for the
 * load is sent outside of transactions. */
static int64_t start_all(rd_kafka_t *client, rd_kafka_topic_t *topic, rd_kafka_queue_t *queue)
{
    int partitions = count_partitions(client, topic);
    int64_t records = 0, first, end;
    for (int i = 0; i < partitions; i++) {
        rd_kafka_resp_err_t code = rd_kafka_query_watermark_offsets(client, topic_name, i, &first, &end, ANSWER_MS);
        if (code)
            fail(rd_kafka_err2str(code));
        records += end - first;
    }
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    puts("reading");
    for (int i = 0; i < partitions; i++)
        if (rd_kafka_consume_start_queue(topic, i, RD_KAFKA_OFFSET_BEGINNING, queue) != 0)
            fail(rd_kafka_err2str(rd_kafka_last_error()));
    return records;
}

static void take(rd_kafka_message_t *message, struct decoder *decoder)
{
    if (message->err)
        fail(rd_kafka_message_errstr(message));
    if (decoder)
        decode(decoder, message);
    rd_kafka_message_destroy(message);
}

/* As the daemons do: waits for one record, then takes what is there. */
static void read_all(rd_kafka_queue_t *queue, int64_t records, struct decoder *decoder)
{
    static rd_kafka_message_t *messages[BATCH];
    while (records > 0) {
        rd_kafka_message_t *first = rd_kafka_consume_queue(queue, ANSWER_MS);
        if (!first)
            fail("nothing more comes, though it is not read to the end");
        ssize_t more = rd_kafka_consume_batch_queue(queue, 0, messages, BATCH);
        take(first, decoder);
        for (ssize_t i = 0; i < more; i++)
            take(messages[i], decoder);
        records -= 1 + MAX(more, 0);
    }
}

int main(int argc, char **argv)
{
    const GOptionEntry entries[] = {
        {"bootstrap", 0, 0, G_OPTION_ARG_STRING, &bootstrap, "Brokers", "HOST:PORT"},
        {"topic", 0, 0, G_OPTION_ARG_STRING, &topic_name, "What is read", "TOPIC"},
        {"schema", 0, 0, G_OPTION_ARG_FILENAME, &schema_file, "Read each record with Avro C", "FILE"},
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(GError) error = NULL;
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error) || argc != 1 || !bootstrap || !topic_name)
        fail(error ? error->message : "wrong arguments; try --help");
    struct decoder decoder;
    if (schema_file)
        open_decoder(&decoder);
    rd_kafka_t *client = open_client();
    rd_kafka_topic_t *topic = rd_kafka_topic_new(client, topic_name, NULL);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(client);
    int64_t records = start_all(client, topic, queue);
    read_all(queue, records, schema_file ? &decoder : NULL);
    printf("read=%lld\n", (long long)records);
    pause(); /* a signal ends it */
    return 0;
}
