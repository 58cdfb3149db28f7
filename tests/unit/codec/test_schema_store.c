/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that schemas are found by id and by name, and that a directory with a bad file is refused whole. */
#include "headframe/schema_store.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../unit.h"
#include "schemas.h"

#define RECORD(name, field) "{\"type\":\"record\",\"name\":\"" name "\",\"fields\":[" field "]}"

static void the_shipped_schemas_are_all_there(void **state)
{
    static const struct {
        uint32_t id;
        const char *full_name;
    } cases[] = {
        {SHIPPED_PRODUCTION, "headframe.ProductionEvent"},
        {SHIPPED_COST, "headframe.CostEvent"},
        {SHIPPED_CLOSE, "headframe.PeriodClose"},
        {SHIPPED_DECISION, "headframe.QuarantineDecision"},
    };
    struct schemas schemas = schemas_shipped();
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct hf_schema *schema = hf_schema_store_get(schemas.store, cases[i].id);
        assert_non_null(schema);
        assert_int_equal(schema->id, cases[i].id);
        assert_ptr_equal(hf_schema_store_find(schemas.store, cases[i].full_name), schema);
        assert_non_null(strstr(schema->json, strchr(cases[i].full_name, '.') + 1));
    }
    assert_null(hf_schema_store_get(schemas.store, 0));
    assert_null(hf_schema_store_get(schemas.store, 5));
    assert_null(hf_schema_store_get(schemas.store, UINT32_MAX));
    assert_null(hf_schema_store_find(schemas.store, "CostEvent"));
    assert_null(hf_schema_store_find(schemas.store, "headframe.Costevent"));
    assert_null(hf_schema_store_find(schemas.store, ""));
    schemas_free(&schemas);
    hf_schema_store_free(&schemas.store); /* cleared, and NULL is accepted */
}

static void of_several_versions_the_highest_id_is_found_by_name(void **state)
{
    char *directory = scratch_new();
    struct hf_schema_store *store = NULL;
    (void)state;
    scratch_write(directory, "9.Old.avsc", RECORD("headframe.X", ""));
    scratch_write(directory, "10.X.avsc", RECORD("headframe.X", ""));
    scratch_write(directory, "2.X.avsc", RECORD("headframe.X", ""));
    scratch_write(directory, "11.Y.avsc", RECORD("other.X", ""));
    scratch_write(directory, "12.Z.avsc", RECORD("X", ""));
    scratch_write(directory, "13.E.avsc", "{\"type\":\"enum\",\"name\":\"headframe.X\",\"symbols\":[\"A\"]}");
    scratch_write(directory, "4294967295.Last.avsc", "\"string\"");
    scratch_write(directory, "0.First.avsc", "\"string\"");
    scratch_write(directory, "README.md", "no schema, and no error");
    assert_int_equal(hf_schema_store_new(directory, &store, NULL), HF_OK);
    assert_int_equal(hf_schema_store_find(store, "headframe.X")->id, 10);
    assert_int_equal(hf_schema_store_find(store, "other.X")->id, 11);
    assert_int_equal(hf_schema_store_find(store, "X")->id, 12);
    assert_int_equal(hf_schema_store_get(store, UINT32_MAX)->id, UINT32_MAX);
    assert_int_equal(hf_schema_store_get(store, 0)->id, 0);
    assert_string_equal(hf_schema_store_get(store, 9)->json, RECORD("headframe.X", ""));
    hf_schema_store_free(&store);
    assert_null(store);
    scratch_free(directory);
}

static void a_bad_file_refuses_the_directory_and_is_named(void **state)
{
    static const struct {
        const char *name, *text, *detail;
    } cases[] = {
        {"X.avsc", "\"string\"", "ID.NAME.avsc"},
        {"x1.X.avsc", "\"string\"", "ID.NAME.avsc"},
        {".avsc", "\"string\"", "ID.NAME.avsc"},
        {"1-X.avsc", "\"string\"", "ID.NAME.avsc"},
        {"-1.X.avsc", "\"string\"", "ID.NAME.avsc"},
        {"4294967296.X.avsc", "\"string\"", "ID.NAME.avsc"},
        {"99999999999999999999.X.avsc", "\"string\"", "ID.NAME.avsc"},
        {"3.X.avsc", "", "not an Avro schema"},
        {"3.X.avsc", "{", "not an Avro schema"},
        {"3.X.avsc", "{\"type\":\"record\"}", "not an Avro schema"},
        {"3.X.avsc", "\"strong\"", "not an Avro schema"},
        {"03.X.avsc", "\"string\"", "same id"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char *directory = scratch_new();
        struct hf_schema_store *store = NULL;
        struct hf_error error = {0};
        scratch_write(directory, "1.Good.avsc", RECORD("headframe.X", ""));
        if (strcmp(cases[i].detail, "same id") == 0)
            scratch_write(directory, "3.Y.avsc", "\"string\"");
        scratch_write(directory, cases[i].name, cases[i].text);
        if (hf_schema_store_new(directory, &store, &error) != HF_EINVAL || !strstr(error.text, cases[i].detail))
            fail_msg("%s: \"%s\"", cases[i].name, error.text);
        if (strcmp(cases[i].detail, "same id") != 0)
            assert_non_null(strstr(error.text, cases[i].name));
        assert_null(store);
        scratch_free(directory);
    }
}

static void a_directory_that_is_not_there_is_an_error(void **state)
{
    struct hf_schema_store *store = NULL;
    struct hf_error error = {0};
    (void)state;
    assert_int_equal(hf_schema_store_new(HEADFRAME_SCRATCH "/no-such-directory", &store, &error), HF_EIO);
    assert_non_null(strstr(error.text, "no-such-directory"));
    assert_null(store);
}

static void a_file_that_cannot_be_read_is_an_error(void **state)
{
    char *directory = scratch_new();
    struct hf_schema_store *store = NULL;
    struct hf_error error = {0};
    char path[4000];
    (void)state;
    snprintf(path, sizeof path, "%s/1.Nowhere.avsc", directory);
    assert_int_equal(symlink("nowhere", path), 0);
    assert_int_equal(hf_schema_store_new(directory, &store, &error), HF_EIO);
    assert_non_null(strstr(error.text, "1.Nowhere.avsc"));
    assert_null(store);
    scratch_free(directory);
}

static void the_scale_is_the_decimals_own(void **state)
{
    static const struct {
        const char *type;
        int scale;
    } cases[] = {
        {"{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":28,\"scale\":4}", 4},
        {"{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":28,\"scale\":0}", 0},
        {"{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":28}", 0},
        {"{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":28,\"scale\":9}", 9},
        {"{\"type\":\"bytes\",\"logicalType\":\"date\",\"scale\":4}", -1},
        {"{\"type\":\"bytes\",\"scale\":4}", -1},
        {"\"bytes\"", -1},
        {"[\"null\",{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":28,\"scale\":4}]", -1},
    };
    struct schemas shipped = schemas_shipped();
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char json[400];
        snprintf(json, sizeof json, RECORD("R", "{\"name\":\"a\",\"type\":\"int\"},{\"name\":\"amount\",\"type\":%s}"),
                 cases[i].type);
        struct schemas schemas = schemas_of(json);
        const struct hf_schema *schema = hf_schema_store_get(schemas.store, 1);
        assert_int_equal(hf_schema_decimal_scale(schema, "amount"), cases[i].scale);
        assert_int_equal(hf_schema_decimal_scale(schema, "a"), -1);
        assert_int_equal(hf_schema_decimal_scale(schema, "b"), -1);
        schemas_free(&schemas);
    }
    assert_int_equal(hf_schema_decimal_scale(hf_schema_store_get(shipped.store, SHIPPED_PRODUCTION), "quantity"), 6);
    assert_int_equal(hf_schema_decimal_scale(hf_schema_store_get(shipped.store, SHIPPED_COST), "amount"), 6);
    schemas_free(&shipped);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_schemas_are_all_there),
        cmocka_unit_test(of_several_versions_the_highest_id_is_found_by_name),
        cmocka_unit_test(a_bad_file_refuses_the_directory_and_is_named),
        cmocka_unit_test(a_directory_that_is_not_there_is_an_error),
        cmocka_unit_test(a_file_that_cannot_be_read_is_an_error),
        cmocka_unit_test(the_scale_is_the_decimals_own),
    };
    return cmocka_run_group_tests_name("schema_store", tests, NULL, NULL);
}
