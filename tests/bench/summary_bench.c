/* SPDX-License-Identifier: Apache-2.0 */
/* Measures headframe-summary's pure part: how long the windows of one company take, and how much memory many mines.
 *
 *   headframe-summary-bench windows [MINES [YEARS]]   a company: its current windows, then all it ever had
 *   headframe-summary-bench memory [MINES [YEARS]]    four production lines a mine, one fact a day; 20 mines a company
 *
 * Figures are of this machine, in this run: compare runs side by side, or count instructions. */
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "headframe/calendar.h"
#include "headframe/vocabulary.h"
#include "publisher.h"
#include "record.h"

enum { FIRST_YEAR = 2021, ROUNDS = 50, MINES_OF_A_COMPANY = 20 };

static const char *const kinds[] = {"day", "week",       "month",       "quarter",     "half",       "year",
                                    "all", "rolling-7d", "rolling-30d", "rolling-90d", "rolling-12m"};

static double now_ms(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static void put(struct world *world, enum hf_topic topic, const char *key, const char *value)
{
    struct hf_error error;
    const struct hf_record record = {
        .key = key, .key_length = strlen(key), .value = value, .value_length = strlen(value)};
    if (world_apply(world, topic, &record, &error) != HF_OK) {
        fprintf(stderr, "%s: %s\n", key, error.text);
        exit(1);
    }
}

static void add_company(struct world *world, int number)
{
    g_autofree char *id = g_strdup_printf("company-%d", number);
    g_autofree char *value =
        g_strdup_printf("{\"company_id\":\"%s\",\"name\":\"Company %d\",\"primary_metal\":\"silver\"}", id, number);
    put(world, HF_TOPIC_COMPANIES, id, value);
}

static struct world_mine *add_mine(struct world *world, int number, int company, int is_foreign)
{
    g_autofree char *id = g_strdup_printf("mine-%05d", number);
    g_autofree char *value = g_strdup_printf(
        "{\"mine_id\":\"%s\",\"name\":\"Mine %d\",\"time_zone\":\"UTC\",\"day_start\":\"00:00\",\"primary_metal\":"
        "\"silver\",\"status\":\"operating\",\"by_product_credits\":\"%s\",\"interests\":[{\"company_id\":\"company-%"
        "d\","
        "\"from\":\"2000-01-01\",\"share\":\"0.2973\"}]}",
        id, number, is_foreign ? "priced" : "reported", company);
    put(world, HF_TOPIC_MINES, id, value);
    return g_hash_table_lookup(world->mines, id);
}

static void fill_production(struct world_mine *mine, int years)
{
    static const char *const materials[] = {"silver", "gold", "ore", "silver"};
    static const enum hf_stage stages[] = {HF_STAGE_PRODUCED, HF_STAGE_PRODUCED, HF_STAGE_MILLED, HF_STAGE_PAYABLE};
    const hf_int128 unit = hf_unit_micro_mass(HF_UNIT_OZT);
    int32_t from = hf_date_from_civil((struct hf_civil){FIRST_YEAR, 1, 1});
    int32_t through = hf_date_from_civil((struct hf_civil){FIRST_YEAR + years - 1, 12, 31});
    for (int line = 0; line < 4; line++) {
        uint16_t id = hf_production_line(hf_material_find(materials[line], strlen(materials[line])), stages[line],
                                         HF_QUALITY_WEIGHED);
        for (int32_t date = from; date <= through; date++)
            hf_daybook_set(mine->production, id, date, (struct hf_day_total){unit * (1000000 + date % 977), 1});
    }
}

static void fill_costs(struct world_mine *mine, int years, const char *currency)
{
    static const enum hf_element elements[] = {HF_ELEMENT_MINING, HF_ELEMENT_PROCESSING, HF_ELEMENT_ROYALTY,
                                               HF_ELEMENT_DEPRECIATION, HF_ELEMENT_BY_PRODUCT_CREDIT};
    int32_t from = hf_date_from_civil((struct hf_civil){FIRST_YEAR, 1, 1});
    int32_t through = hf_date_from_civil((struct hf_civil){FIRST_YEAR + years - 1, 12, 31});
    for (size_t i = 0; i < G_N_ELEMENTS(elements); i++)
        for (int32_t date = from; date <= through; date++)
            hf_daybook_set(mine->costs, hf_cost_line(elements[i], hf_currency_find(currency, 3)), date,
                           (struct hf_day_total){1234567890 + date % 31, 1});
}

static void fill_market(struct world *world, int years)
{
    for (int month = 0; month < 12 * years; month++) {
        int year = FIRST_YEAR + month / 12, number = month % 12 + 1;
        g_autofree char *key = g_strdup_printf("MXN|%d-%02d", year, number);
        g_autofree char *fx = g_strdup_printf("{\"currency\":\"MXN\",\"month\":\"%d-%02d\",\"per_usd\":\"%d.%04d\","
                                              "\"rate_type\":\"average\"}",
                                              year, number, 10 + month % 7, 1 + month * 137 % 9998);
        put(world, HF_TOPIC_FX, key, fx);
        static const char *const metals[] = {"gold", "silver"};
        for (size_t i = 0; i < 2; i++) {
            g_autofree char *price_key = g_strdup_printf("%s|%d-%02d", metals[i], year, number);
            g_autofree char *price =
                g_strdup_printf("{\"material\":\"%s\",\"month\":\"%d-%02d\",\"price\":\"%d.%02d\","
                                "\"currency\":\"USD\",\"unit\":\"OZT\"}",
                                metals[i], year, number, i ? 5 + month % 3 : 330 + month, month % 97);
            put(world, HF_TOPIC_PRICES, price_key, price);
        }
    }
}

static struct publisher_settings settings(void)
{
    struct publisher_settings settings = {.stale_after_days = 7};
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
        (void)hf_window_spec_parse(kinds[i], &settings.windows[settings.window_count++], NULL); /* all are kinds */
    return settings;
}

static int owns_all(void *context, enum hf_topic topic, int32_t partition)
{
    (void)context;
    (void)topic;
    (void)partition;
    return 1;
}

static int count_bytes(void *context, const struct hf_output *output, struct hf_error *error)
{
    (void)error;
    *(size_t *)context += output->value_length;
    return HF_OK;
}

static size_t publish(struct publisher *publisher, size_t *bytes)
{
    const struct hf_sink sink = {count_bytes, bytes};
    struct hf_error error;
    size_t written;
    if (publisher_publish(publisher, &sink, NULL, NULL, &written, &error) != HF_OK)
        exit(1);
    return written;
}

static int bench_windows(int mines, int years)
{
    struct world *world = world_new();
    const struct publisher_settings all = settings();
    struct publisher *publisher = publisher_new(world, &all);
    size_t bytes = 0, written = 0;
    add_company(world, 0);
    fill_market(world, years);
    for (int i = 0; i < mines; i++) {
        struct world_mine *mine = add_mine(world, i, 0, i % 2);
        fill_production(mine, years);
        fill_costs(mine, years, i % 2 ? "MXN" : "USD");
    }
    publisher_set_ownership(publisher, owns_all, NULL, 1, 1);
    double start = now_ms();
    written = publish(publisher, &bytes);
    double full = now_ms() - start;
    printf("everything: %d mines, %d years: %zu records, %zu bytes, %.1f ms\n", mines, years, written, bytes, full);
    int32_t last = hf_date_from_civil((struct hf_civil){FIRST_YEAR + years - 1, 12, 31});
    const struct world_company *company = g_hash_table_lookup(world->companies, "company-0");
    struct hf_json_writer *writer = hf_json_writer_new();
    start = now_ms();
    for (int round = 0; round < ROUNDS; round++) {
        struct view *view = view_of_company(world, company, 7);
        for (size_t i = 0; i < all.window_count; i++) {
            struct hf_window window =
                all.windows[i].length ? hf_window_rolling(all.windows[i], last) : hf_window_at(all.windows[i], 1, last);
            record_write(view, &window, writer);
        }
        view_free(&view);
    }
    printf("the %zu windows of the newest day: %.2f ms\n", all.window_count, (now_ms() - start) / ROUNDS);
    hf_json_writer_free(&writer);
    publisher_free(&publisher);
    world_free(&world);
    return 0;
}

static int bench_memory(int mines, int years)
{
    struct world *world = world_new();
    const struct publisher_settings all = settings();
    struct publisher *publisher = publisher_new(world, &all);
    struct rusage usage;
    size_t bytes = 0;
    for (int i = 0; i < mines; i += MINES_OF_A_COMPANY)
        add_company(world, i / MINES_OF_A_COMPANY);
    for (int i = 0; i < mines; i++)
        fill_production(add_mine(world, i, i / MINES_OF_A_COMPANY, 0), years);
    getrusage(RUSAGE_SELF, &usage);
    printf("day lines: %ld KiB\n", usage.ru_maxrss);
    (void)fflush(stdout); /* the rest takes minutes */
    publisher_set_ownership(publisher, owns_all, NULL, 1, 1);
    double start = now_ms();
    size_t written = publish(publisher, &bytes);
    getrusage(RUSAGE_SELF, &usage);
    printf("and digests of %zu records: %ld KiB; %.0f s CPU\n", written, usage.ru_maxrss, (now_ms() - start) / 1e3);
    publisher_free(&publisher);
    world_free(&world);
    return 0;
}

int main(int argc, char **argv)
{
    int mines = argc > 2 ? atoi(argv[2]) : 0, years = argc > 3 ? atoi(argv[3]) : 5;
    if (argc > 1 && strcmp(argv[1], "windows") == 0)
        return bench_windows(mines ? mines : 20, years);
    if (argc > 1 && strcmp(argv[1], "memory") == 0)
        return bench_memory(mines ? mines : 10000, years);
    fprintf(stderr, "Usage: headframe-summary-bench windows|memory [MINES [YEARS]]\n");
    return 2;
}
