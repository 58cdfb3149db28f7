/* SPDX-License-Identifier: Apache-2.0 */
/* headframe dead-letters list: a line for each letter, oldest first, or their numbers. */
#include <stdio.h>
#include <string.h>

#include "dead_letters_command.h"
#include "dead_letters_count.h"
#include "dead_letters_read.h"
#include "dead_letters_text.h"
#include "record_json.h"

struct list {
    struct hf_session session;
    struct hf_letter_words words;
    gboolean as_json, count, newest;
    struct hf_letter_filter filter;
    struct hf_schema_store *schemas;
    struct hf_record_json *json;
    struct hf_letter_counts *counts;
    GPtrArray *letters; /* struct hf_letter */
    GHashTable *lines;  /* with --json: of each letter */
};

static int take(void *context, struct hf_letter *letter, const struct hf_record *record)
{
    struct list *list = context;
    size_t length;
    if (list->count) {
        hf_letter_counts_add(list->counts, letter);
        hf_letter_free(&letter);
        return 0;
    }
    g_ptr_array_add(list->letters, letter);
    if (list->as_json)
        g_hash_table_insert(list->lines, letter, g_strdup(hf_record_json_envelope(list->json, record, &length)));
    return 0;
}

/* Keeps the first of the order that is asked for. */
static void arrange(struct list *list)
{
    GPtrArray *letters = list->letters;
    g_ptr_array_sort(letters, hf_letter_compare);
    for (guint i = 0; list->newest && i < letters->len / 2; i++) {
        gpointer other = letters->pdata[letters->len - 1 - i];
        letters->pdata[letters->len - 1 - i] = letters->pdata[i];
        letters->pdata[i] = other;
    }
    if (letters->len > list->filter.limit)
        g_ptr_array_set_size(letters, (gint)list->filter.limit);
}

static void print_letters(const struct list *list)
{
    if (list->as_json) {
        for (guint i = 0; i < list->letters->len; i++)
            puts(g_hash_table_lookup(list->lines, g_ptr_array_index(list->letters, i)));
        return;
    }
    g_autofree char *table = hf_letters_table(list->letters);
    fputs(table, stdout);
}

static void print(struct list *list)
{
    if (list->count) {
        g_autofree char *text = hf_letter_counts_text(list->counts, list->as_json);
        fputs(text, stdout);
        return;
    }
    arrange(list);
    if (list->letters->len > 0)
        print_letters(list);
    else
        fprintf(stderr, "no dead letters%s\n", hf_letter_words_are_given(&list->words) ? " that match" : "");
}

static int prepare(struct list *list)
{
    struct hf_error error;
    if (hf_letter_filter_init(&list->filter, &list->words, list->session.config->prefix, g_get_real_time() / 1000,
                              &error) != HF_OK)
        return hf_session_usage(&list->session, "%s", error.text);
    if (list->as_json && !list->count &&
        hf_schema_store_new(list->session.config->schema_directory, &list->schemas, &error) != HF_OK) {
        hf_session_fail(&list->session, "%s; schema_directory in the configuration names it", error.text);
        return HF_EXIT_CONFIG;
    }
    list->json = hf_record_json_new(HF_TOPIC_DEAD_LETTERS, list->schemas);
    list->counts = hf_letter_counts_new();
    list->letters = g_ptr_array_new_with_free_func(hf_letter_destroy);
    list->lines = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    return HF_CONTINUE;
}

static int work(struct list *list, int argc, char **argv)
{
    if (argc > 1)
        return hf_session_usage(&list->session, "unexpected argument \"%s\"", argv[1]);
    if (list->count && (list->words.limit || list->newest))
        return hf_session_usage(&list->session,
                                "--count counts all letters: it goes with neither --limit nor --newest");
    int code = hf_session_open(&list->session);
    if (code == HF_CONTINUE)
        code = prepare(list);
    if (code != HF_CONTINUE)
        return code;
    const struct hf_letters_query query = {.filter = &list->filter, .visit = take, .context = list};
    code = hf_letters_read(&list->session, &query);
    if (code != HF_CONTINUE)
        return code;
    print(list);
    return HF_EXIT_OK;
}

static int run(const struct hf_command *command, int argc, char **argv)
{
    struct list list = {0};
    GOptionEntry entries[3 + HF_LETTER_WORDS_ENTRIES] = {
        {"count", 0, 0, G_OPTION_ARG_NONE, &list.count, "Print how many letters there are of each code and topic",
         NULL},
        {"newest", 0, 0, G_OPTION_ARG_NONE, &list.newest, "Newest first; with --limit the newest", NULL},
        {"json", 'j', 0, G_OPTION_ARG_NONE, &list.as_json, "Print a line of JSON for each, with headers and bytes",
         NULL},
    };
    hf_letter_words_entries(&list.words, entries + 3);
    int code = hf_session_parse(&list.session, command, entries, &argc, &argv);
    if (code == HF_CONTINUE)
        code = work(&list, argc, argv);
    g_clear_pointer(&list.lines, g_hash_table_destroy);
    g_clear_pointer(&list.letters, g_ptr_array_unref);
    hf_letter_counts_free(&list.counts);
    hf_record_json_free(&list.json);
    hf_schema_store_free(&list.schemas);
    hf_letter_filter_fini(&list.filter);
    hf_letter_words_fini(&list.words);
    hf_session_fini(&list.session);
    return code;
}

const struct hf_command hf_dead_letters_list_command = {
    .name = "dead-letters list",
    .brief = "Print a line for each dead letter",
    .arguments = NULL,
    .description = "Prints the letters that are on headframe.dead-letters when the command starts, those of\n"
                   "all partitions together, oldest first.",
    .examples = "Columns:\n"
                "  PLACE     PARTITION:OFFSET on headframe.dead-letters: what show and replay take\n"
                "  WRITTEN   when the letter was written\n"
                "  CODE      why, in a word: MALFORMED, UNKNOWN_SCHEMA, KEY_MISMATCH, WRONG_PARTITION,\n"
                "            UNKNOWN_MINE, UNKNOWN_MATERIAL, UNKNOWN_CURRENCY, BAD_ID, BAD_UNIT, BAD_QUANTITY,\n"
                "            BAD_TIME, BAD_PERIOD, REVISION_CONFLICT, PERIOD_CLOSED, TOO_LATE or BAD_REFERENCE\n"
                "  RECORD    topic [partition] offset at which the record was read\n"
                "  KEY       of the record; what can not be printed stands as \\xNN\n"
                "  SENTENCE  why, with field and value\n"
                "--json prints what headframe cat headframe.dead-letters prints: partition, offset,\n"
                "timestamp, key, headers, value_hex, and in value what the bytes say, if anything. With\n"
                "--count it is code, topic and letters.\n"
                "\n"
                "Examples:\n"
                "  headframe dead-letters list --count\n"
                "  headframe dead-letters list --newest --limit 20\n"
                "  headframe dead-letters list --code UNKNOWN_MINE,UNKNOWN_MATERIAL --since 12h\n"
                "  headframe dead-letters list --topic mine.costs --key greens-creek --json | jq .value\n",
    .run = run,
};
