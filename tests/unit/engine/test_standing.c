/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that the value before a bad record stands, also for a reader to whom the bad record is all that is left. */
#include "headframe/standing.h"

#include <string.h>

#include "../unit.h"

static struct hf_record record_of(const char *key, const char *value)
{
    return (struct hf_record){
        .key = key, .key_length = key ? strlen(key) : 0, .value = value, .value_length = value ? strlen(value) : 0};
}

static int is_value(const struct hf_record *record, const char *key, const char *value)
{
    return record->key_length == strlen(key) && memcmp(record->key, key, record->key_length) == 0 &&
           record->value_length == strlen(value) && memcmp(record->value, value, record->value_length) == 0;
}

/* What was written last, and how often. */
struct written {
    int count, is_tombstone;
    char key[64], value[64];
};

static int write_record(void *context, const struct hf_output *output, struct hf_error *error)
{
    struct written *written = context;
    (void)error;
    assert_int_equal(output->topic, HF_TOPIC_STANDING);
    memcpy(written->key, output->key, output->key_length);
    written->key[output->key_length] = '\0';
    written->is_tombstone = !output->value;
    if (output->value)
        memcpy(written->value, output->value, output->value_length);
    written->value[output->value_length] = '\0';
    written->count++;
    return HF_OK;
}

static struct written publish(struct hf_standing *standing)
{
    struct written written = {0};
    const struct hf_sink sink = {write_record, &written};
    struct hf_error error;
    assert_int_equal(hf_standing_publish(standing, &sink, &error), HF_OK);
    return written;
}

static void who_saw_the_good_record_preserves_it(void **state)
{
    struct hf_standing *standing = hf_standing_new();
    const struct hf_record good = record_of("m", "good"), better = record_of("m", "better"),
                           bad = record_of("m", "bad");
    const struct hf_record gone = record_of("m", NULL);
    struct hf_record instead;
    (void)state;
    hf_standing_accept(standing, HF_TOPIC_MINES, &good);
    hf_standing_accept(standing, HF_TOPIC_MINES, &better);
    assert_int_equal(publish(standing).count, 0);
    assert_int_equal(hf_standing_refuse(standing, HF_TOPIC_MINES, &bad, &instead), 0); /* it is in memory */
    hf_standing_preserve(standing, HF_TOPIC_MINES, &bad);
    hf_standing_preserve(standing, HF_TOPIC_MINES, &bad);     /* twice is once */
    hf_standing_preserve(standing, HF_TOPIC_COMPANIES, &bad); /* nothing stands under that key there */
    struct written written = publish(standing);
    assert_int_equal(written.count, 1);
    assert_string_equal(written.key, "reference.mines|m");
    assert_string_equal(written.value, "better");
    assert_int_equal(publish(standing).count, 0);
    hf_standing_accept(standing, HF_TOPIC_MINES, &gone);
    hf_standing_preserve(standing, HF_TOPIC_MINES, &bad);
    assert_int_equal(publish(standing).count, 0); /* removed: nothing stands */
    hf_standing_free(&standing);
    assert_null(standing);
    hf_standing_free(&standing);
}

static void who_meets_the_bad_record_alone_takes_what_was_preserved(void **state)
{
    const struct hf_record preserved = record_of("reference.mines|m", "good"), bad = record_of("m", "bad");
    struct hf_record instead;
    enum hf_topic topic = HF_TOPIC_FX;
    (void)state;
    for (int is_late = 0; is_late < 2; is_late++) { /* the topics are read in any order */
        struct hf_standing *standing = hf_standing_new();
        if (is_late) {
            assert_int_equal(hf_standing_refuse(standing, HF_TOPIC_MINES, &bad, &instead), 0);
            assert_int_equal(hf_standing_take(standing, &preserved, &topic, &instead), 1);
            assert_int_equal(topic, HF_TOPIC_MINES);
        } else {
            assert_int_equal(hf_standing_take(standing, &preserved, &topic, &instead), 0);
            assert_int_equal(hf_standing_refuse(standing, HF_TOPIC_COMPANIES, &bad, &instead), 0);
            assert_int_equal(hf_standing_refuse(standing, HF_TOPIC_MINES, &bad, &instead), 1);
        }
        assert_true(is_value(&instead, "m", "good"));
        hf_standing_accept_instead(standing, HF_TOPIC_MINES, &instead);
        assert_int_equal(hf_standing_refuse(standing, HF_TOPIC_MINES, &bad, &instead), 0); /* now it is in memory */
        hf_standing_preserve(standing, HF_TOPIC_MINES, &bad);
        assert_string_equal(publish(standing).value, "good");
        hf_standing_free(&standing);
    }
}

static void a_good_record_needs_nothing_preserved(void **state)
{
    struct hf_standing *standing = hf_standing_new();
    const struct hf_record preserved = record_of("market.fx|MXN|2003-06", "10.4"),
                           bad = record_of("MXN|2003-06", "bad");
    const struct hf_record good = record_of("MXN|2003-06", "10.5"), foreign = record_of("other.topic|k", "v");
    const struct hf_record nameless = record_of(NULL, "v"), withdrawn = record_of("market.fx|MXN|2003-06", NULL);
    struct hf_record instead;
    enum hf_topic topic;
    (void)state;
    assert_int_equal(hf_standing_refuse(standing, HF_TOPIC_FX, &bad, &instead), 0);
    hf_standing_accept(standing, HF_TOPIC_FX, &good);
    assert_int_equal(hf_standing_take(standing, &preserved, &topic, &instead), 0); /* the good one stands */
    assert_int_equal(hf_standing_take(standing, &foreign, &topic, &instead), 0);
    assert_int_equal(hf_standing_take(standing, &nameless, &topic, &instead), 0);
    assert_int_equal(hf_standing_refuse(standing, HF_TOPIC_FX, &nameless, &instead), 0);
    hf_standing_free(&standing);
    standing = hf_standing_new();
    assert_int_equal(hf_standing_take(standing, &preserved, &topic, &instead), 0);
    assert_int_equal(hf_standing_take(standing, &withdrawn, &topic, &instead), 0);
    assert_int_equal(hf_standing_refuse(standing, HF_TOPIC_FX, &bad, &instead), 0);
    hf_standing_free(&standing);
}

/* A bad record, a good one and another bad one: both values were preserved, and compaction left the last bad record. */
static void what_was_preserved_last_stands(void **state)
{
    const struct hf_record first = record_of("reference.mines|m", "first"), bad = record_of("m", "bad");
    const struct hf_record second = record_of("reference.mines|m", "second");
    const struct hf_record none = record_of("reference.mines|m", NULL);
    struct hf_record instead;
    enum hf_topic topic;
    (void)state;
    for (int order = 0; order < 3; order++) { /* when the bad record is read among the preserved values */
        struct hf_standing *standing = hf_standing_new();
        for (int step = 0; step < 3; step++) {
            int is_bad = step == order;
            const struct hf_record *preserved = step < 1 + (order == 0) ? &first : &second;
            if (is_bad ? hf_standing_refuse(standing, HF_TOPIC_MINES, &bad, &instead)
                       : hf_standing_take(standing, preserved, &topic, &instead))
                hf_standing_accept_instead(standing, HF_TOPIC_MINES, &instead);
        }
        hf_standing_preserve(standing, HF_TOPIC_MINES, &bad);
        assert_string_equal(publish(standing).value, "second");
        assert_int_equal(hf_standing_take(standing, &none, &topic, &instead), 1); /* withdrawn by its owner */
        assert_null(instead.value);
        hf_standing_free(&standing);
    }
}

static void what_was_deleted_does_not_come_back(void **state)
{
    const struct hf_record preserved = record_of("reference.mines|m", "good"), bad = record_of("m", "bad");
    const struct hf_record gone = record_of("m", NULL), better = record_of("m", "better");
    struct hf_record instead;
    enum hf_topic topic;
    (void)state;
    for (int is_good = 0; is_good < 2; is_good++) { /* deleted, or replaced by a good one */
        struct hf_standing *standing = hf_standing_new();
        const struct hf_record *last = is_good ? &better : &gone;
        assert_int_equal(hf_standing_take(standing, &preserved, &topic, &instead), 0);
        hf_standing_withdraw(standing, HF_TOPIC_COMPANIES, last); /* another key: nothing to withdraw */
        assert_false(hf_standing_has_work(standing));
        hf_standing_accept(standing, HF_TOPIC_MINES, last);
        hf_standing_withdraw(standing, HF_TOPIC_MINES, last);
        assert_true(hf_standing_has_work(standing));
        hf_standing_forget_work(standing); /* what was about to be written may be another's to write now */
        assert_int_equal(publish(standing).count, 0);
        hf_standing_withdraw(standing, HF_TOPIC_MINES, last);
        struct written written = publish(standing);
        assert_int_equal(written.count, 1);
        assert_int_equal(written.is_tombstone, 1);
        assert_int_equal(hf_standing_refuse(standing, HF_TOPIC_MINES, &bad, &instead), 0);
        hf_standing_preserve(standing, HF_TOPIC_MINES, &bad);
        written = publish(standing);
        assert_int_equal(written.is_tombstone, !is_good);
        hf_standing_free(&standing);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_saw_the_good_record_preserves_it),
        cmocka_unit_test(who_meets_the_bad_record_alone_takes_what_was_preserved),
        cmocka_unit_test(what_was_preserved_last_stands),
        cmocka_unit_test(what_was_deleted_does_not_come_back),
        cmocka_unit_test(a_good_record_needs_nothing_preserved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
