/* SPDX-License-Identifier: Apache-2.0 */
/* Decides how each topic is made and which existing ones must not be used.
 *
 * A mine is one partition, and a partition of the input is one of the days and state topics: their counts must agree,
 * and none may change once there are records, or mines would move. Compacted topics are compacted and nothing else,
 * and all others are kept for ever: record timestamps of a replayed history are old, and retention would delete it. */
#include "topics_plan.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

static void add(struct hf_topic_settings *settings, const char *name, const char *value)
{
    settings->list[settings->count++] = (struct hf_kafka_property){name, value};
}

struct hf_topic_settings hf_topic_settings(enum hf_topic topic, int replication)
{
    struct hf_topic_settings settings = {.count = 0};
    int is_compacted = hf_topic_info(topic)->is_compacted, is_ours = hf_topic_info(topic)->is_ours;
    add(&settings, "cleanup.policy", is_compacted ? "compact" : "delete");
    if (!is_compacted) {
        add(&settings, "retention.ms", "-1");
        add(&settings, "retention.bytes", "-1");
    }
    add(&settings, "max.message.bytes", G_STRINGIFY(8388608));
    G_STATIC_ASSERT(HF_RECORD_LIMIT_BYTES == 8388608);
    /* Only the time of an event is its sender's. Brokers refuse records whose own time is an hour ahead of theirs
     * (message.timestamp.after.max.ms), so a daemon on a host with such a clock could not commit; and compaction goes by
     * the times of records, so with old ones it cleans what has just come. */
    if (is_ours || is_compacted)
        add(&settings, "message.timestamp.type", "LogAppendTime");
    /* What a bad reference record replaced, and the record itself once it is mended, must stay until headframe-summary
     * has preserved the one and written the other's dead letter. */
    if (is_compacted && !is_ours)
        add(&settings, "min.compaction.lag.ms", G_STRINGIFY(86400000));
    settings.essential = settings.count;
    if (is_compacted) {
        /* Daemons read these topics whole when they start, so stale records cost start-up time. The default leaves half
         * of the log uncleaned. */
        add(&settings, "min.cleanable.dirty.ratio", "0.1");
        /* The newest segment is never cleaned: by default it lasts a week or 1 GiB. */
        add(&settings, "segment.ms", "86400000");
        add(&settings, "segment.bytes", "67108864");
    }
    if (replication >= 3)
        add(&settings, "min.insync.replicas", "2");
    return settings;
}

int hf_topic_setting_is_right(const struct hf_kafka_property *wanted, const char *actual)
{
    if (strcmp(wanted->name, "max.message.bytes") == 0 || strcmp(wanted->name, "min.compaction.lag.ms") == 0)
        return g_ascii_strtoll(actual, NULL, 10) >= g_ascii_strtoll(wanted->value, NULL, 10);
    return strcmp(wanted->value, actual) == 0;
}

static void append_sentence(GString *wrong, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void append_sentence(GString *wrong, const char *format, ...)
{
    va_list args;
    if (wrong->len > 0)
        g_string_append(wrong, ". ");
    va_start(args, format);
    g_string_append_vprintf(wrong, format, args);
    va_end(args);
}

static void judge_settings(enum hf_topic topic, const char *name, const struct hf_topic_found *found,
                           const struct hf_topics_wish *wish, GString *wrong, int *out_is_untold)
{
    struct hf_topic_settings settings = hf_topic_settings(topic, -1);
    g_autoptr(GString) is = g_string_new(NULL);
    g_autoptr(GString) mend = g_string_new(NULL);
    *out_is_untold = 1;
    for (size_t i = 0; i < settings.essential; i++) {
        if (!found->values[i])
            continue;
        *out_is_untold = 0;
        if (hf_topic_setting_is_right(&settings.list[i], found->values[i]))
            continue;
        g_string_append_printf(is, "%s%s=%s", is->len ? ", " : "", settings.list[i].name, found->values[i]);
        g_string_append_printf(mend, "%s%s=%s", mend->len ? "," : "", settings.list[i].name, settings.list[i].value);
    }
    if (is->len > 0)
        append_sentence(
            wrong,
            "%s has %s, which would lose records or refuse them: run kafka-configs.sh --bootstrap-server %s "
            "--alter --entity-type topics --entity-name %s --add-config %s",
            name, is->str, wish->bootstrap, name, mend->str);
}

static void judge_partitions(enum hf_topic topic, const char *name, const struct hf_topic_found *found,
                             const struct hf_topics_wish *wish, const struct hf_topic_plan *leader, GString *wrong)
{
    const struct hf_topic_info *info = hf_topic_info(topic);
    if (info->follows != topic && found->partitions != leader->partitions)
        append_sentence(wrong,
                        "%s has %d partitions and %s%s %s %d; they must have as many, because a mine's records stay in "
                        "one partition: if no daemon has used it yet, delete it (kafka-topics.sh --bootstrap-server %s "
                        "--delete --topic %s) and run this again",
                        name, found->partitions, wish->prefix, hf_topic_info(info->follows)->name,
                        leader->verdict == HF_TOPIC_MISSING ? "is to get" : "has", leader->partitions, wish->bootstrap,
                        name);
    else if (info->follows == topic && wish->partitions && found->partitions != wish->partitions)
        append_sentence(wrong,
                        "%s has %d partitions, not %d, and a topic in use must keep its number, or keys change their "
                        "partition: leave out --partitions to take it as it is, or delete it while it is empty",
                        name, found->partitions, wish->partitions);
}

static void judge(enum hf_topic topic, const struct hf_topic_found *found, const struct hf_topics_wish *wish,
                  const struct hf_topic_plan *leader, struct hf_topic_plan *plan)
{
    g_autofree char *name = g_strconcat(wish->prefix, hf_topic_info(topic)->name, NULL);
    g_autoptr(GString) wrong = g_string_new(NULL);
    plan->partitions = found->partitions;
    judge_partitions(topic, name, found, wish, leader, wrong);
    judge_settings(topic, name, found, wish, wrong, &plan->is_untold);
    plan->verdict = wrong->len ? HF_TOPIC_WRONG : HF_TOPIC_RIGHT;
    plan->wrong = wrong->len ? g_strdup(wrong->str) : NULL;
}

void hf_topics_plan(const struct hf_topic_found *found, const struct hf_topics_wish *wish,
                    struct hf_topic_plan *out_plans)
{
    int32_t for_new = wish->partitions ? wish->partitions : wish->default_partitions;
    for (int i = 0; i < HF_TOPIC_COUNT; i++) {
        enum hf_topic leader = hf_topic_info((enum hf_topic)i)->follows;
        out_plans[i] = (struct hf_topic_plan){.verdict = HF_TOPIC_MISSING};
        out_plans[i].partitions = found[leader].exists ? found[leader].partitions : for_new;
    }
    for (int i = 0; i < HF_TOPIC_COUNT; i++)
        if (found[i].exists)
            judge((enum hf_topic)i, &found[i], wish, &out_plans[hf_topic_info((enum hf_topic)i)->follows],
                  &out_plans[i]);
}

void hf_topics_plan_fini(struct hf_topic_plan *plans)
{
    for (int i = 0; i < HF_TOPIC_COUNT; i++)
        g_clear_pointer(&plans[i].wrong, g_free);
}
