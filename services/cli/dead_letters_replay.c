/* SPDX-License-Identifier: Apache-2.0 */
/* headframe dead-letters replay: what goes back to its topic, once.
 *
 * The transactional producer is made before the topics are looked at: its id fences a replay that runs elsewhere, which
 * then can commit nothing more, and what it had committed is seen here. So two operators send no letter twice. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "dead_letters_command.h"
#include "dead_letters_plan.h"
#include "dead_letters_read.h"
#include "dead_letters_send.h"
#include "dead_letters_text.h"
#include "headframe/event.h"
#include "scan.h"
#include "table.h"

enum { START_TIMEOUT_MS = 8000 };

struct replay {
    struct hf_session session;
    struct hf_letter_words words;
    gboolean all, dry_run, yes, again, force;
    struct hf_letter_filter filter;
    GArray *named; /* struct hf_place; NULL: --all */
    struct hf_schema_store *schemas;
    struct hf_event_decoder *decoder;
    GPtrArray *letters; /* struct hf_letter */
    struct hf_replay_plan *plan;
    enum hf_topic looking_at;
    struct hf_producer *producer;
    size_t verdicts[HF_REPLAY_REFUSE + 1];
};

/* --- the letters ------------------------------------------------------------------------------------------------ */

static int is_close(void *context, const struct hf_record *record)
{
    const struct replay *replay = context;
    struct hf_event event;
    struct hf_refusal ignored;
    return record->value &&
           hf_event_decode(replay->decoder, (const uint8_t *)record->value, record->value_length, &event, &ignored) ==
               HF_OK &&
           event.type == HF_EVENT_PERIOD_CLOSE;
}

static int take_letter(void *context, struct hf_letter *letter, const struct hf_record *record)
{
    struct replay *replay = context;
    letter->is_close = is_close(replay, record);
    g_ptr_array_add(replay->letters, letter);
    return 0;
}

static int has_letter(const struct replay *replay, const struct hf_place *place)
{
    for (guint i = 0; i < replay->letters->len; i++) {
        const struct hf_letter *letter = g_ptr_array_index(replay->letters, i);
        if (hf_place_compare(&letter->place, place) == 0)
            return 1;
    }
    return 0;
}

/* Every place that was named must hold a letter. */
static int check_found(const struct replay *replay)
{
    char text[HF_PLACE_TEXT];
    int code = HF_CONTINUE;
    for (guint i = 0; i < replay->named->len; i++) {
        const struct hf_place *place = &g_array_index(replay->named, struct hf_place, i);
        if (!has_letter(replay, place))
            code = hf_session_fail(&replay->session,
                                   "there is no letter at %s: 'headframe dead-letters list' prints the places; nothing "
                                   "was sent",
                                   hf_place_format(*place, text));
    }
    return code;
}

static int read_letters(struct replay *replay)
{
    const struct hf_letters_query query = {
        .filter = replay->named ? NULL : &replay->filter,
        .places = replay->named ? (const struct hf_place *)(void *)replay->named->data : NULL,
        .place_count = replay->named ? replay->named->len : 0,
        .visit = take_letter,
        .context = replay,
    };
    replay->letters = g_ptr_array_new_with_free_func(hf_letter_destroy);
    int code = hf_letters_read(&replay->session, &query);
    if (code != HF_CONTINUE)
        return code;
    g_ptr_array_sort(replay->letters, hf_letter_compare);
    if (replay->letters->len > replay->filter.limit)
        g_ptr_array_set_size(replay->letters, (gint)replay->filter.limit);
    return replay->named ? check_found(replay) : HF_CONTINUE;
}

/* --- the plan --------------------------------------------------------------------------------------------------- */

static int add_letters(struct replay *replay)
{
    int32_t partitions[HF_TOPIC_COUNT] = {0};
    const struct hf_replay_rules rules = {replay->again, replay->force, is_close, replay};
    replay->plan = hf_replay_plan_new(&rules);
    for (guint i = 0; i < replay->letters->len; i++) {
        const struct hf_letter *letter = g_ptr_array_index(replay->letters, i);
        int topic = letter->topic ? hf_letter_topic_find(letter->topic, replay->session.config->prefix) : -1;
        int code = HF_CONTINUE;
        if (topic >= 0 && partitions[topic] == 0)
            code = hf_session_find_topic(&replay->session, letter->topic, &partitions[topic]);
        if (code != HF_CONTINUE)
            return code;
        hf_replay_plan_add(replay->plan, letter, topic, topic < 0 ? 0 : partitions[topic]);
    }
    return HF_CONTINUE;
}

static int take_record(void *context, const struct hf_record *record)
{
    struct replay *replay = context;
    hf_replay_plan_take(replay->plan, replay->looking_at, record);
    return 0;
}

static int scan_range(struct replay *replay, const struct hf_replay_range *range, enum hf_isolation isolation,
                      int64_t from, int64_t *out_hidden_from)
{
    int ignored;
    g_autofree char *topic = hf_session_topic_name(&replay->session, hf_topic_info(range->topic)->name, &ignored);
    const struct hf_scan scan = {
        .topic = topic,
        .partition = range->partition,
        .isolation = isolation,
        .from = from,
        .visit = take_record,
        .context = replay,
        .out_hidden_from = out_hidden_from,
    };
    int is_shown = isatty(STDERR_FILENO);
    if (is_shown)
        fprintf(stderr, "\r\033[Klooking at %s [%d] …", topic, range->partition);
    int code = hf_scan_run(&replay->session, &scan);
    if (is_shown)
        fputs("\r\033[K", stderr);
    return code;
}

/* Where an open transaction hides the rest, that is looked at as if it were committed: better a letter too few. */
static int look(struct replay *replay)
{
    g_autoptr(GArray) ranges = hf_replay_plan_ranges(replay->plan);
    int code = HF_CONTINUE;
    for (guint i = 0; i < ranges->len && code == HF_CONTINUE; i++) {
        const struct hf_replay_range *range = &g_array_index(ranges, struct hf_replay_range, i);
        int64_t hidden_from = -1;
        replay->looking_at = range->topic;
        code = scan_range(replay, range, HF_READ_COMMITTED, range->from, &hidden_from);
        if (code == HF_CONTINUE && hidden_from >= 0)
            code = scan_range(replay, range, HF_READ_UNCOMMITTED, hidden_from, NULL);
    }
    return code;
}

static int start_producer(struct replay *replay)
{
    struct hf_error error;
    g_autofree char *id = g_strconcat(replay->session.config->prefix, "headframe-replay", NULL);
    if (hf_producer_new(&replay->session.kafka, id, &replay->producer, &error) != HF_OK ||
        hf_producer_start(replay->producer, START_TIMEOUT_MS, &error) != HF_OK)
        return hf_session_fail(&replay->session, "%s", error.text);
    return HF_CONTINUE;
}

/* --- what is said ----------------------------------------------------------------------------------------------- */

/* Counts the verdicts, and tells why letters are not sent; of all letters, not of those that are done already. */
static void report(struct replay *replay)
{
    for (size_t i = 0; i < hf_replay_plan_count(replay->plan); i++) {
        const struct hf_replay *of = hf_replay_plan_get(replay->plan, i);
        char place[HF_PLACE_TEXT];
        replay->verdicts[of->verdict]++;
        if (of->verdict == HF_REPLAY_SEND || (of->verdict == HF_REPLAY_DONE && !replay->named))
            continue;
        g_autofree char *reason = hf_printable(of->reason, strlen(of->reason));
        fprintf(stderr, "headframe: letter %s: %s\n", hf_place_format(of->letter->place, place), reason);
    }
}

static void print_plan(const struct replay *replay)
{
    static const char *const headings[] = {"PLACE", "GOES TO", "CODE", "KEY"};
    struct hf_table *table = hf_table_new(G_N_ELEMENTS(headings));
    for (int i = 0; i < (int)G_N_ELEMENTS(headings); i++) {
        hf_table_align_left(table, i);
        hf_table_add(table, headings[i]);
    }
    for (size_t i = 0; i < hf_replay_plan_count(replay->plan); i++) {
        const struct hf_replay *of = hf_replay_plan_get(replay->plan, i);
        char place[HF_PLACE_TEXT];
        if (of->verdict != HF_REPLAY_SEND)
            continue;
        hf_table_add(table, hf_place_format(of->letter->place, place));
        hf_table_take(table, g_strdup_printf("%s [%d]", of->letter->topic, of->target));
        hf_table_add(table, of->letter->code ? of->letter->code : "?");
        hf_table_take(table, hf_letter_key_text(of->letter));
    }
    g_autoptr(GString) out = g_string_new(NULL);
    hf_table_print(table, out);
    fputs(out->str, stdout);
    hf_table_free(&table);
}

static void print_outcome(const struct replay *replay, size_t sent)
{
    fprintf(stderr, "%s %zu letter%s", replay->dry_run ? "would replay" : "replayed", sent, sent == 1 ? "" : "s");
    if (replay->verdicts[HF_REPLAY_DONE] > 0)
        fprintf(stderr, ", passed over %zu that %s replayed before", replay->verdicts[HF_REPLAY_DONE],
                replay->verdicts[HF_REPLAY_DONE] == 1 ? "was" : "were");
    fprintf(stderr, ", refused %zu\n", replay->verdicts[HF_REPLAY_REFUSE]);
}

/* --- sending ---------------------------------------------------------------------------------------------------- */

static int send_letters(struct replay *replay, size_t *out_sent)
{
    g_autoptr(GArray) places = g_array_new(FALSE, FALSE, sizeof(struct hf_place));
    for (size_t i = 0; i < hf_replay_plan_count(replay->plan); i++) {
        const struct hf_replay *of = hf_replay_plan_get(replay->plan, i);
        if (of->verdict == HF_REPLAY_SEND)
            g_array_append_val(places, of->letter->place);
    }
    g_array_sort(places, hf_place_compare);
    return hf_letters_send(&replay->session, replay->producer, (const struct hf_place *)(void *)places->data,
                           places->len, out_sent);
}

static int finish(struct replay *replay)
{
    size_t sendable = replay->verdicts[HF_REPLAY_SEND], sent = 0;
    int is_held_back = replay->verdicts[HF_REPLAY_REFUSE] > 0 || (replay->named && replay->verdicts[HF_REPLAY_DONE]);
    int code = HF_CONTINUE;
    if (replay->named && is_held_back)
        return hf_session_fail(&replay->session, "nothing %s sent", replay->dry_run ? "would be" : "was");
    if (replay->dry_run && sendable > 0)
        print_plan(replay);
    if (!replay->dry_run && sendable > 0)
        code = send_letters(replay, &sent);
    print_outcome(replay, replay->dry_run ? sendable : sent);
    if (code != HF_CONTINUE)
        return code;
    return is_held_back ? HF_EXIT_FAILED : HF_EXIT_OK;
}

/* --- the command ------------------------------------------------------------------------------------------------ */

static int check_options(struct replay *replay, int argc, char **argv)
{
    const struct hf_session *session = &replay->session;
    struct hf_error error;
    if (argc < 2 && !replay->all)
        return hf_session_usage(session, "which letters? PLACE… as list prints it, or --all");
    if (argc > 1 && replay->all)
        return hf_session_usage(session, "--all and PLACE (\"%s\") exclude each other", argv[1]);
    if (argc > 1 && hf_letter_words_are_given(&replay->words))
        return hf_session_usage(session, "--code, --topic, --key, --since and --limit go with --all, not with PLACE");
    if (replay->all && !replay->yes && !replay->dry_run)
        return hf_session_usage(session,
                                "--all sends every letter that matches: add --dry-run to see them, --yes to send them");
    if (argc > 1 && !(replay->named = hf_places_parse(argv + 1, argc - 1, &error)))
        return hf_session_usage(session, "%s", error.text);
    return HF_CONTINUE;
}

static int prepare(struct replay *replay)
{
    struct hf_error error;
    const struct hf_config *config = replay->session.config;
    if (hf_letter_filter_init(&replay->filter, &replay->words, config->prefix, g_get_real_time() / 1000, &error) !=
        HF_OK)
        return hf_session_usage(&replay->session, "%s", error.text);
    if (hf_schema_store_new(config->schema_directory, &replay->schemas, &error) != HF_OK) {
        hf_session_fail(&replay->session, "%s; schema_directory in the configuration names it", error.text);
        return HF_EXIT_CONFIG;
    }
    replay->decoder = hf_event_decoder_new(replay->schemas);
    return HF_CONTINUE;
}

static int work(struct replay *replay, int argc, char **argv)
{
    int code = check_options(replay, argc, argv);
    if (code == HF_CONTINUE)
        code = hf_session_open(&replay->session);
    if (code == HF_CONTINUE)
        code = prepare(replay);
    if (code == HF_CONTINUE)
        code = read_letters(replay);
    if (code == HF_CONTINUE)
        code = add_letters(replay);
    if (code == HF_CONTINUE && !replay->dry_run)
        code = start_producer(replay);
    if (code == HF_CONTINUE)
        code = look(replay);
    if (code != HF_CONTINUE)
        return code;
    hf_replay_plan_judge(replay->plan);
    report(replay);
    return finish(replay);
}

static int run(const struct hf_command *command, int argc, char **argv)
{
    struct replay replay = {0};
    GOptionEntry entries[5 + HF_LETTER_WORDS_ENTRIES] = {
        {"all", 0, 0, G_OPTION_ARG_NONE, &replay.all, "All letters that the filters let through; with --yes", NULL},
        {"yes", 'y', 0, G_OPTION_ARG_NONE, &replay.yes, "Yes, --all is meant", NULL},
        {"dry-run", 0, 0, G_OPTION_ARG_NONE, &replay.dry_run, "Only say what would be sent", NULL},
        {"again", 0, 0, G_OPTION_ARG_NONE, &replay.again, "Also letters that were replayed before", NULL},
        {"force", 0, 0, G_OPTION_ARG_NONE, &replay.force, "Also records that replace a newer one of their key", NULL},
    };
    hf_letter_words_entries(&replay.words, entries + 5);
    int code = hf_session_parse(&replay.session, command, entries, &argc, &argv);
    if (code == HF_CONTINUE)
        code = work(&replay, argc, argv);
    hf_producer_free(&replay.producer);
    hf_replay_plan_free(&replay.plan);
    g_clear_pointer(&replay.letters, g_ptr_array_unref);
    g_clear_pointer(&replay.named, g_array_unref);
    hf_event_decoder_free(&replay.decoder);
    hf_schema_store_free(&replay.schemas);
    hf_letter_filter_fini(&replay.filter);
    hf_letter_words_fini(&replay.words);
    hf_session_fini(&replay.session);
    return code;
}

const struct hf_command hf_dead_letters_replay_command = {
    .name = "dead-letters replay",
    .brief = "Send records back to the topics they were read from",
    .arguments = "PLACE…|--all",
    .description = "Sends key, value and headers of letters back to the topics their records were read from,\n"
                   "to the partition of the key. Mend the cause first (publish the mine that was unknown):\n"
                   "what still cannot be used becomes a new letter.\n"
                   "\n"
                   "PLACE is PARTITION:OFFSET on headframe.dead-letters, as list prints it. If one of the\n"
                   "letters at PLACE… cannot be sent, none is. --all sends what it can and names the others.",
    .examples = "What is sent:\n"
                "  The original key, value and headers. Of the headers headframe-* only one is on it:\n"
                "  headframe-replayed-from, the letter's PLACE. The time of the record is now, so that\n"
                "  BAD_TIME of a future that has come passes. Up to 1,000 letters or 4 MiB become visible\n"
                "  together (one transaction), or not at all.\n"
                "\n"
                "What is not sent:\n"
                "  - a letter that was replayed before: its record, with that header, is on the topic behind\n"
                "    the original. --again sends it once more; facts are not counted twice by that\n"
                "  - reference data or a PeriodClose where the key has a newer one on its topic, because the\n"
                "    last one stands. --force sends it even so\n"
                "  - a letter whose bytes were not kept, whose record has no key, or that came from a topic\n"
                "    headframe does not read\n"
                "\n"
                "Examples:\n"
                "  headframe dead-letters replay 0:12 3:7\n"
                "  headframe dead-letters replay --all --code UNKNOWN_MINE --dry-run\n"
                "  headframe dead-letters replay --all --code UNKNOWN_MINE --yes\n",
    .run = run,
};
