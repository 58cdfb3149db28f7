/* SPDX-License-Identifier: Apache-2.0 */
/* Decides how records are fetched: librdkafka's simple consumer with all partitions forwarded to one queue, so that
 * partitions come and go one by one without touching the others.
 *
 * A batch that can not be read becomes a record of its own that says so. librdkafka would fetch it again for ever, or
 * lose its way; so the partition is stopped, the batch measured, and reading goes on behind it. For that the reader
 * knows the position of each partition: the offset behind what it handed out last. */
#include "headframe/kafka_reader.h"

#include <glib.h>
#include <stdint.h>

#include "damage.h"
#include "internal.h"
#include "out_of_range.h"
#include "prefetch.h"

enum { BATCH_LIMIT = 4096, BEGIN_AGAIN_US = 20000, ASK_MS = 5000 };

/* What the reader knows of a topic; the opaque of its handle. */
struct topic {
    rd_kafka_topic_t *handle;
    int tag;
    GArray *positions; /* int64_t by partition; HF_OFFSET_BEGINNING: nothing was read yet */
    rd_kafka_resp_err_t last_error;
};

/* What librdkafka's threads that talk to brokers are bound to; outlives the client. */
struct binding {
    struct prefetch *prefetch; /* NULL: what it fetches ahead is not counted, because it measures */
    struct hearer *hearer;
};

struct hf_reader {
    struct hf_kafka_link link;
    enum hf_isolation isolation;
    struct prefetch prefetch;
    struct hearer hearer;
    struct binding binding;
    rd_kafka_t *client;
    rd_kafka_queue_t *queue;
    GHashTable *topics; /* name → struct topic */
    rd_kafka_message_t *messages[BATCH_LIMIT];
    size_t message_count;
    int failure; /* to be told by the next poll: records came with it; 0: none */
    struct hf_error failed;
};

static void destroy_topic(gpointer data)
{
    struct topic *topic = data;
    rd_kafka_topic_destroy(topic->handle);
    g_array_free(topic->positions, TRUE);
    g_free(topic);
}

static int64_t *position_of(struct topic *topic, int32_t partition)
{
    if ((guint)partition >= topic->positions->len)
        g_array_set_size(topic->positions, (guint)partition + 1);
    return &g_array_index(topic->positions, int64_t, partition);
}

/* Called on each new thread of librdkafka. */
static rd_kafka_resp_err_t on_thread_start(rd_kafka_t *client, rd_kafka_thread_type_t type, const char *name,
                                           void *opaque)
{
    const struct binding *binding = opaque;
    (void)client;
    (void)name;
    if (type == RD_KAFKA_THREAD_BROKER) {
        prefetch_bind(binding->prefetch);
        out_of_range_bind(binding->hearer);
    }
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

static rd_kafka_resp_err_t on_new(rd_kafka_t *client, const rd_kafka_conf_t *conf, void *binding, char *reason,
                                  size_t reason_size)
{
    (void)conf;
    (void)reason;
    (void)reason_size;
    return rd_kafka_interceptor_add_on_thread_start(client, "headframe", on_thread_start, binding);
}

static int open_client(struct hf_reader *reader, struct binding *binding, rd_kafka_t **out_client,
                       struct hf_error *error)
{
    int is_measuring = binding->prefetch == NULL;
    /* Bounded prefetch, and a short wait before fetching again once the queue was full: the default of a second
     * halves throughput. */
    static const struct hf_kafka_property defaults[] = {
        {"queued.min.messages", "100000"},
        {"queued.max.messages.kbytes", "65536"},
        {"fetch.message.max.bytes", "1048576"},
        {"fetch.max.bytes", "2097152"},
        {"fetch.wait.max.ms", "100"},
        /* Or a damaged byte in the log would be a figure. A default only: devbroker's transaction markers have none. */
        {"check.crcs", "true"},
#if RD_KAFKA_VERSION >= 0x02020000
        {"fetch.queue.backoff.ms", "2"},
#endif
        {NULL, NULL},
    };
    const struct hf_kafka_property required[] = {
        {"enable.auto.commit", "false"},
        {"enable.auto.offset.store", "false"},
        {"enable.partition.eof", "true"},
        {"auto.offset.reset", "error"},
        {"isolation.level", reader->isolation == HF_READ_COMMITTED ? "read_committed" : "read_uncommitted"},
        /* After a fetch from where nothing is, the next question is not kept waiting for half a second. */
        {is_measuring ? "fetch.error.backoff.ms" : NULL, "10"},
        {NULL, NULL},
    };
    rd_kafka_conf_t *conf;
    int result = hf_kafka_configure(&reader->link, defaults, required, &conf, error);
    if (result != HF_OK)
        return result;
    rd_kafka_conf_interceptor_add_on_new(conf, "headframe", on_new, binding);
    return hf_kafka_create(RD_KAFKA_CONSUMER, conf, out_client, error);
}

int hf_reader_new(const struct hf_kafka_settings *settings, enum hf_isolation isolation, struct hf_reader **out_reader,
                  struct hf_error *error)
{
    struct hf_reader *reader = g_new0(struct hf_reader, 1);
    reader->link.settings = settings;
    reader->isolation = isolation;
    reader->hearer = (struct hearer){PTHREAD_MUTEX_INITIALIZER, 0};
    reader->binding = (struct binding){&reader->prefetch, &reader->hearer};
    int result = open_client(reader, &reader->binding, &reader->client, error);
    if (result != HF_OK) {
        g_free(reader);
        return result;
    }
    reader->queue = rd_kafka_queue_new(reader->client);
    reader->topics = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, destroy_topic);
    *out_reader = reader;
    return HF_OK;
}

void hf_reader_free(struct hf_reader **reader)
{
    if (!*reader)
        return;
    atomic_store(&(*reader)->prefetch.is_closing, 1);
    out_of_range_deafen(&(*reader)->hearer);
    hf_reader_release(*reader);
    rd_kafka_queue_destroy((*reader)->queue);
    g_hash_table_destroy((*reader)->topics);
    hf_kafka_destroy((*reader)->link.settings, &(*reader)->client);
    g_free(*reader);
    *reader = NULL;
}

static struct topic *topic_new(struct hf_reader *reader, const char *name, int tag)
{
    rd_kafka_topic_conf_t *conf = rd_kafka_default_topic_conf_dup(reader->client);
    struct topic *topic = g_new0(struct topic, 1);
    rd_kafka_topic_conf_set_opaque(conf, topic);
    topic->handle = rd_kafka_topic_new(reader->client, name, conf);
    topic->tag = tag;
    if (!topic->handle)
        g_clear_pointer(&topic, g_free);
    else
        topic->positions = g_array_new(FALSE, TRUE, sizeof(int64_t));
    return topic;
}

int hf_reader_add(struct hf_reader *reader, const char *name, int tag, int32_t partition, int64_t offset,
                  struct hf_error *error)
{
    struct topic *topic = g_hash_table_lookup(reader->topics, name);
    if (!topic) {
        topic = topic_new(reader, name, tag);
        if (!topic)
            return hf_error_set(error, HF_EIO, HF_ACTION_FATAL, "topic %s: %s", name,
                                rd_kafka_err2str(rd_kafka_last_error()));
        g_hash_table_insert(reader->topics, g_strdup(name), topic);
    }
    *position_of(topic, partition) = offset;
    if (rd_kafka_consume_start_queue(topic->handle, partition, offset, reader->queue) != 0)
        return hf_error_set(error, HF_EIO, HF_ACTION_REBUILD, "%s [%d] at offset %lld: %s", name, partition,
                            (long long)offset, rd_kafka_err2str(rd_kafka_last_error()));
    return HF_OK;
}

static void stop(const struct hf_reader *reader, const struct topic *topic, int32_t partition)
{
    hf_kafka_wait_begin(reader->link.settings, "consume_stop", HF_KAFKA_LOCAL_MS);
    rd_kafka_consume_stop(topic->handle, partition);
    hf_kafka_wait_end(reader->link.settings);
}

void hf_reader_remove(struct hf_reader *reader, const char *name, int32_t partition)
{
    const struct topic *topic = g_hash_table_lookup(reader->topics, name);
    if (topic)
        stop(reader, topic, partition);
}

int64_t hf_reader_log_end(struct hf_reader *reader, const char *topic, int32_t partition)
{
    int64_t first, end;
    rd_kafka_resp_err_t code = rd_kafka_get_watermark_offsets(reader->client, topic, partition, &first, &end);
    return code || end < 0 ? -1 : end;
}

/* True where the log no longer holds, or never held, the offset. */
static int is_outside(const struct hf_reader *reader, const char *topic, int32_t partition, int64_t offset)
{
    int64_t first, end;
    if (offset < 0)
        return 0;
    hf_kafka_wait_begin(reader->link.settings, "query_watermark_offsets", ASK_MS);
    rd_kafka_resp_err_t code = rd_kafka_query_watermark_offsets(reader->client, topic, partition, &first, &end, ASK_MS);
    hf_kafka_wait_end(reader->link.settings);
    return code == RD_KAFKA_RESP_ERR_NO_ERROR && (offset < first || offset > end);
}

/* Stops the partition of messages[index] and forgets what was fetched of it behind that: it is fetched again. */
static void halt(struct hf_reader *reader, size_t index)
{
    const rd_kafka_message_t *message = reader->messages[index];
    for (size_t i = index + 1; i < reader->message_count; i++) {
        rd_kafka_message_t *later = reader->messages[i];
        if (later && later->rkt == message->rkt && later->partition == message->partition) {
            rd_kafka_message_destroy(later);
            reader->messages[i] = NULL;
        }
    }
    stop(reader, rd_kafka_topic_opaque(message->rkt), message->partition);
}

/* Starts the partition of messages[index], which is halted, where reading stands. */
static int go_on(struct hf_reader *reader, size_t index, struct hf_error *error)
{
    const rd_kafka_message_t *message = reader->messages[index];
    struct topic *topic = rd_kafka_topic_opaque(message->rkt);
    return hf_reader_add(reader, rd_kafka_topic_name(topic->handle), topic->tag, message->partition,
                         *position_of(topic, message->partition), error);
}

static int restart(struct hf_reader *reader, size_t index, struct hf_error *error)
{
    halt(reader, index);
    return go_on(reader, index, error);
}

/* Nobody told where the beginning is (a broker that comes up may not know the topic yet), and librdkafka has given up. */
static int begin_again(struct hf_reader *reader, size_t index, struct hf_error *error)
{
    const struct hf_kafka_settings *settings = reader->link.settings;
    if (settings->on_log)
        settings->on_log(settings->context, 4, rd_kafka_message_errstr(reader->messages[index]));
    g_usleep(BEGIN_AGAIN_US);
    return restart(reader, index, error);
}

/* An error that stands in place of a record, messages[index], and is not about a batch. Returns 0 where reading goes on. */
static int judge_error(struct hf_reader *reader, size_t index, struct hf_error *error)
{
    const struct hf_kafka_settings *settings = reader->link.settings;
    const rd_kafka_message_t *message = reader->messages[index];
    const char *name = rd_kafka_topic_name(message->rkt);
    struct topic *topic = rd_kafka_topic_opaque(message->rkt);
    switch (message->err) {
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
        if (message->offset == RD_KAFKA_OFFSET_BEGINNING)
            return begin_again(reader, index, error);
        /* librdkafka may have lost its way in a damaged batch, and say so after the batch was passed. */
        if (!is_outside(reader, name, message->partition, *position_of(topic, message->partition)))
            return restart(reader, index, error);
        return hf_error_set(error, HF_EIO, HF_ACTION_FATAL,
                            "%s [%d]: records were deleted before they were read; topics of headframe must not expire "
                            "(headframe topics checks them): %s",
                            name, message->partition, rd_kafka_message_errstr(message));
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
        return hf_error_set(error, HF_EIO, HF_ACTION_FATAL, "%s [%d]: %s; %s", name, message->partition,
                            rd_kafka_message_errstr(message), hf_kafka_remedy(message->err));
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
        if (message->offset == RD_KAFKA_OFFSET_BEGINNING) /* the same once more: it has begun again */
            return HF_OK;
        return hf_error_set(error, HF_EIO, HF_ACTION_REBUILD, "%s [%d] is not there: %s", name, message->partition,
                            rd_kafka_message_errstr(message));
    default:
        /* It tries again for as long as it takes; someone should know why nothing comes. */
        if (settings->on_log && message->err != topic->last_error) {
            g_autofree char *text =
                g_strdup_printf("%s [%d]: %s", name, message->partition, rd_kafka_message_errstr(message));
            settings->on_log(settings->context, 4, text);
        }
        topic->last_error = message->err;
        return HF_OK;
    }
}

static void fill(struct hf_record *record, rd_kafka_message_t *message)
{
    struct topic *topic = rd_kafka_topic_opaque(message->rkt);
    *record = (struct hf_record){
        .tag = topic->tag,
        .partition = message->partition,
        .offset = message->offset,
        .timestamp_ms = -1,
        .is_end = message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF,
        .message = message,
    };
    *position_of(topic, message->partition) = hf_record_next(record);
    if (record->is_end)
        return;
    record->timestamp_ms = rd_kafka_message_timestamp(message, NULL);
    record->key = message->key;
    record->key_length = message->key_len;
    record->value = message->payload;
    record->value_length = message->len;
}

/* --- batches that can not be read ------------------------------------------------------------------------------- */

static void warn_of_damage(const struct hf_reader *reader, const struct topic *topic, const struct hf_record *record)
{
    const struct hf_kafka_settings *settings = reader->link.settings;
    if (!settings->on_log)
        return;
    g_autofree char *text = g_strdup_printf(
        "%s [%d]: offsets %lld to %lld can not be read: %.*s", rd_kafka_topic_name(topic->handle), record->partition,
        (long long)record->offset, (long long)record->last_offset, (int)record->value_length, record->value);
    settings->on_log(settings->context, 4, text);
}

static void warn_of_silence(const struct hf_reader *reader, const rd_kafka_message_t *message, int64_t position)
{
    const struct hf_kafka_settings *settings = reader->link.settings;
    if (!settings->on_log)
        return;
    g_autofree char *text = g_strdup_printf(
        "%s [%d]: how far the batch at offset %lld reaches that can not be read was not answered; it is asked again",
        rd_kafka_topic_name(message->rkt), message->partition, (long long)position);
    settings->on_log(settings->context, 4, text);
}

/* Asks how far the batch of an error reaches, by a client that fetches nothing else: batches of other partitions would
 * count towards what may be unpacked, and what it fetches is not handed out. Nor does it hear of offsets that are not there:
 * who asks knows better. */
static int measure(struct hf_reader *reader, const rd_kafka_message_t *message, int64_t position, int64_t *out_first,
                   int64_t *out_next, struct hf_error *error)
{
    static struct hearer deaf = {PTHREAD_MUTEX_INITIALIZER, 1};
    static struct binding binding = {NULL, &deaf};
    rd_kafka_t *client = NULL;
    int result = open_client(reader, &binding, &client, error);
    if (result != HF_OK)
        return result;
    hf_kafka_wait_begin(reader->link.settings, "damage_measure", DAMAGE_MEASURE_MS);
    result = damage_measure(client, message, position, out_first, out_next);
    hf_kafka_wait_end(reader->link.settings);
    hf_kafka_destroy(reader->link.settings, &client);
    if (result != HF_EIO)
        return result;
    warn_of_silence(reader, message, position);
    return 0;
}

/* Describes the batch at the position of the partition of messages[index], an error of damage_is, and goes on reading
 * behind it. Returns 1 with record, 0 where there is nothing to say because it can be read after all or Kafka did not
 * answer (then it will come again), or an error. */
static int pass_damage(struct hf_reader *reader, size_t index, struct hf_record *record, struct hf_error *error)
{
    rd_kafka_message_t *message = reader->messages[index];
    struct topic *topic = rd_kafka_topic_opaque(message->rkt);
    int64_t *position = position_of(topic, message->partition), first = -1, next = -1;
    halt(reader, index);
    int result = measure(reader, message, *position >= 0 ? *position : message->offset, &first, &next, error);
    if (result < 0)
        return result;
    if (result == 1) {
        *record = (struct hf_record){
            .tag = topic->tag,
            .partition = message->partition,
            .offset = first,
            .last_offset = next - 1,
            .timestamp_ms = -1,
            .value = message->payload, /* librdkafka's sentence */
            .value_length = message->len,
            .is_damaged = 1,
            .message = message,
        };
        *position = next;
        warn_of_damage(reader, topic, record);
    }
    int started = go_on(reader, index, error);
    return started != HF_OK ? started : result == 1;
}

/* --- polling ---------------------------------------------------------------------------------------------------- */

/* Returns 1 with a record, 0 where messages[index] is none, or HF_EIO. */
static int take(struct hf_reader *reader, size_t index, struct hf_record *record, struct hf_error *error)
{
    rd_kafka_message_t *message = reader->messages[index];
    if (!message)
        return 0;
    if (damage_is(message->err))
        return pass_damage(reader, index, record, error);
    if (message->err && message->err != RD_KAFKA_RESP_ERR__PARTITION_EOF)
        return judge_error(reader, index, error);
    fill(record, message);
    return 1;
}

static int tell_failure(struct hf_reader *reader, struct hf_error *error)
{
    int failure = reader->failure;
    reader->failure = 0;
    *error = reader->failed;
    return failure;
}

/* What came with a failure is handed out first: nobody fetches it again. */
static int take_all(struct hf_reader *reader, struct hf_record *out_records, struct hf_error *error)
{
    int count = 0;
    for (size_t i = 0; i < reader->message_count; i++) {
        struct hf_error failed = {0};
        int taken = take(reader, i, &out_records[count], &failed);
        if (taken > 0)
            count++;
        if (taken < 0 && !reader->failure) {
            reader->failure = taken;
            reader->failed = failed;
        }
    }
    return count == 0 && reader->failure ? tell_failure(reader, error) : count;
}

int hf_reader_poll(struct hf_reader *reader, int timeout_ms, struct hf_record *out_records, int limit,
                   struct hf_error *error)
{
    if (limit > BATCH_LIMIT)
        limit = BATCH_LIMIT;
    if (reader->failure)
        return tell_failure(reader, error);
    rd_kafka_poll(reader->client, 0);
    /* The batch call waits until the batch is full or time is up; so wait for one record, then take what is there. */
    reader->messages[0] = rd_kafka_consume_queue(reader->queue, timeout_ms);
    if (!reader->messages[0]) {
        prefetch_drained(&reader->prefetch);
        return 0;
    }
    ssize_t more =
        limit > 1 ? rd_kafka_consume_batch_queue(reader->queue, 0, reader->messages + 1, (size_t)limit - 1) : 0;
    reader->message_count = 1 + (more > 0 ? (size_t)more : 0);
    if (rd_kafka_queue_length(reader->queue) == 0)
        prefetch_drained(&reader->prefetch);
    return take_all(reader, out_records, error);
}

void hf_reader_release(struct hf_reader *reader)
{
    for (size_t i = 0; i < reader->message_count; i++)
        if (reader->messages[i])
            rd_kafka_message_destroy(reader->messages[i]);
    reader->message_count = 0;
}

int hf_record_fail(const struct hf_record *record, const char *topic, struct hf_error *error)
{
    return hf_error_set(error, HF_EIO, HF_ACTION_FATAL, "%s [%d]: offsets %lld to %lld can not be read: %.*s", topic,
                        record->partition, (long long)record->offset, (long long)record->last_offset,
                        (int)record->value_length, record->value);
}

size_t hf_record_headers(const struct hf_record *record, struct hf_header *out_headers, size_t limit)
{
    rd_kafka_headers_t *headers;
    size_t count = 0;
    if (rd_kafka_message_headers(record->message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return 0;
    while (count < limit && rd_kafka_header_get_all(headers, count, &out_headers[count].name, &out_headers[count].value,
                                                    &out_headers[count].length) == RD_KAFKA_RESP_ERR_NO_ERROR)
        count++;
    return count;
}
