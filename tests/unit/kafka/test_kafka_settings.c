/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that users may set what librdkafka takes, but not what the guarantees rest on. */
#include <string.h>

#include "../unit.h"
#include "headframe/kafka_client.h"

static int check(const char *name, const char *value, struct hf_error *error)
{
    const struct hf_kafka_property properties[] = {{"bootstrap.servers", "127.0.0.1:9092"}, {name, value}};
    const struct hf_kafka_settings settings = {.properties = properties, .property_count = COUNT(properties)};
    *error = (struct hf_error){0};
    return hf_kafka_check_settings(&settings, error);
}

static void what_librdkafka_takes_is_taken(void **state)
{
    static const struct hf_kafka_property properties[] = {
        {"security.protocol", "sasl_ssl"},
        {"sasl.mechanisms", "SCRAM-SHA-512"},
        {"client.rack", "a"},
        {"queued.max.messages.kbytes", "100"},
        {"compression.type", "zstd"},
        {"client.id", "mine"},
        {"check.crcs", "false"},          /* devbroker needs it */
        {"bootstrap.servers", "a:1,b:2"}, /* over the first */
    };
    struct hf_error error;
    (void)state;
    for (size_t i = 0; i < COUNT(properties); i++)
        if (check(properties[i].name, properties[i].value, &error) != HF_OK)
            fail_msg("%s: %s", properties[i].name, error.text);
}

/* Positions, fencing, ordering and partitions hang on these. */
static void what_the_guarantees_rest_on_is_refused(void **state)
{
    static const struct hf_kafka_property properties[] = {
        {"isolation.level", "read_uncommitted"},
        {"enable.auto.commit", "true"},
        {"enable.auto.offset.store", "true"},
        {"auto.offset.reset", "latest"},
        {"enable.idempotence", "false"},
        {"transactional.id", "x"},
        {"group.id", "x"},
        {"group.instance.id", "x"},
        {"group.protocol", "consumer"},
        {"partition.assignment.strategy", "cooperative-sticky"},
        {"partitioner", "consistent"},
        {"enable.partition.eof", "false"},
        {"enable.gapless.guarantee", "true"},
        {"acks", "1"},
        {"request.required.acks", "1"},
    };
    struct hf_error error;
    (void)state;
    for (size_t i = 0; i < COUNT(properties); i++) {
        if (check(properties[i].name, properties[i].value, &error) != HF_EINVAL)
            fail_msg("%s was taken", properties[i].name);
        assert_int_equal(error.action, HF_ACTION_FATAL);
        assert_non_null(strstr(error.text, properties[i].name));
        assert_non_null(strstr(error.text, "set by headframe itself"));
    }
}

static void what_is_not_a_property_is_named(void **state)
{
    static const struct {
        const char *name, *value, *words;
    } cases[] = {
        {"no.such.property", "1", "no.such.property=1"},
        {"security.protocol", "carrier-pigeon", "security.protocol=carrier-pigeon"},
        {"queued.max.messages.kbytes", "many", "queued.max.messages.kbytes=many"},
        {"", "1", "property"},
    };
    struct hf_error error;
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_int_equal(check(cases[i].name, cases[i].value, &error), HF_EINVAL);
        assert_int_equal(error.action, HF_ACTION_FATAL);
        if (!strstr(error.text, cases[i].words))
            fail_msg("\"%s\"", error.text);
    }
}

static void the_version_is_a_number(void **state)
{
    (void)state;
    assert_in_range(*hf_kafka_version(), '1', '9');
    assert_non_null(strchr(hf_kafka_version(), '.'));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_librdkafka_takes_is_taken),
        cmocka_unit_test(what_the_guarantees_rest_on_is_refused),
        cmocka_unit_test(what_is_not_a_property_is_named),
        cmocka_unit_test(the_version_is_a_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
