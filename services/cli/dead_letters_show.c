/* SPDX-License-Identifier: Apache-2.0 */
/* headframe dead-letters show: everything there is to know about one letter. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "dead_letters_command.h"
#include "dead_letters_read.h"
#include "dead_letters_text.h"
#include "record_headers.h"
#include "record_json.h"

struct show {
    struct hf_session session;
    gboolean as_json;
    struct hf_schema_store *schemas;
    char *topic; /* headframe.dead-letters with its prefix */
    int is_found;
};

/* --- the value -------------------------------------------------------------------------------------------------- */

static void print_decoded(const char *json, size_t length)
{
    g_autofree char *safe = hf_printable(json, length);
    g_autofree char *text = hf_json_indent(safe, strlen(safe));
    printf("%s\n", text);
}

static void print_bytes(const struct show *show, const struct hf_letter *letter, const struct hf_record *record)
{
    struct hf_error error;
    size_t length;
    int topic = letter->topic ? hf_letter_topic_find(letter->topic, show->session.config->prefix) : -1;
    struct hf_record_json *json = hf_record_json_new(topic, show->schemas);
    const char *decoded = hf_record_json_decoded(json, record, &length, &error);
    printf("\nValue, %zu bytes%s%s\n", record->value_length,
           decoded ? "" : ", not decoded: ", decoded ? "" : error.text);
    if (decoded) {
        print_decoded(decoded, length);
    } else {
        g_autofree char *dump = hf_hex_dump(record->value, record->value_length);
        fputs(dump, stdout);
    }
    hf_record_json_free(&json);
}

static void print_value(const struct show *show, const struct hf_letter *letter, const struct hf_record *record)
{
    g_autofree char *origin = hf_letter_origin_text(letter);
    g_autofree char *digest = letter->digest ? hf_printable(letter->digest, strlen(letter->digest)) : NULL;
    if (digest)
        printf("\nValue: not kept, because the record was too large to be forwarded or could not be decompressed\n"
               "Its digest is %s; the record itself is %s, as long as that topic keeps it\n",
               digest, origin);
    else if (!record->value)
        printf("\nValue: none (a tombstone)\n");
    else if (record->value_length == 0)
        printf("\nValue: empty\n");
    else
        print_bytes(show, letter, record);
}

/* --- the letter ------------------------------------------------------------------------------------------------- */

static int take(void *context, struct hf_letter *letter, const struct hf_record *record)
{
    struct show *show = context;
    show->is_found = 1;
    if (show->as_json) {
        struct hf_record_json *json = hf_record_json_new(HF_TOPIC_DEAD_LETTERS, show->schemas);
        size_t length;
        puts(hf_record_json_envelope(json, record, &length));
        hf_record_json_free(&json);
    } else {
        g_autoptr(GArray) headers = hf_record_all_headers(record);
        g_autofree char *head = hf_letter_head_text(letter, headers, show->topic);
        fputs(head, stdout);
        print_value(show, letter, record);
    }
    hf_letter_free(&letter);
    return 1;
}

static int read_letter(struct show *show, const GArray *places)
{
    const struct hf_letters_query query = {
        .places = (const struct hf_place *)(void *)places->data,
        .place_count = places->len,
        .visit = take,
        .context = show,
    };
    char place[HF_PLACE_TEXT];
    int code = hf_letters_read(&show->session, &query);
    if (code != HF_CONTINUE)
        return code;
    if (!show->is_found)
        return hf_session_fail(&show->session,
                               "%s holds no letter at %s: 'headframe dead-letters list' prints the places", show->topic,
                               hf_place_format(query.places[0], place));
    return HF_EXIT_OK;
}

static int work(struct show *show, int argc, char **argv)
{
    struct hf_error error;
    if (argc < 2)
        return hf_session_usage(&show->session, "which letter? PLACE is PARTITION:OFFSET, as list prints it");
    if (argc > 2)
        return hf_session_usage(&show->session, "unexpected argument \"%s\"", argv[2]);
    g_autoptr(GArray) places = hf_places_parse(argv + 1, 1, &error);
    if (!places)
        return hf_session_usage(&show->session, "%s", error.text);
    int code = hf_session_open(&show->session);
    if (code != HF_CONTINUE)
        return code;
    if (hf_schema_store_new(show->session.config->schema_directory, &show->schemas, &error) != HF_OK) {
        hf_session_fail(&show->session, "%s; schema_directory in the configuration names it", error.text);
        return HF_EXIT_CONFIG;
    }
    show->topic = hf_letters_topic_name(&show->session);
    return read_letter(show, places);
}

static int run(const struct hf_command *command, int argc, char **argv)
{
    struct show show = {0};
    const GOptionEntry entries[] = {
        {"json", 'j', 0, G_OPTION_ARG_NONE, &show.as_json, "Print the letter as one line of JSON", NULL},
        G_OPTION_ENTRY_NULL,
    };
    int code = hf_session_parse(&show.session, command, entries, &argc, &argv);
    if (code == HF_CONTINUE)
        code = work(&show, argc, argv);
    hf_schema_store_free(&show.schemas);
    g_free(show.topic);
    hf_session_fini(&show.session);
    return code;
}

const struct hf_command hf_dead_letters_show_command = {
    .name = "dead-letters show",
    .brief = "Print all of one dead letter",
    .arguments = "PLACE",
    .description = "Prints the letter at PLACE: why its record was refused and where it was read, the headers\n"
                   "it came with and those that were added, and its value: as JSON where it can be decoded,\n"
                   "else byte by byte.\n"
                   "\n"
                   "PLACE is PARTITION:OFFSET on headframe.dead-letters, as list prints it.",
    .examples = "Examples:\n"
                "  headframe dead-letters show 0:12\n"
                "\n"
                "To mend an event and send the mended one (publish takes what value holds):\n"
                "  headframe dead-letters show 0:12 --json | jq -c .value >mended.ndjson\n"
                "  editor mended.ndjson\n"
                "  headframe publish mine.production mended.ndjson\n",
    .run = run,
};
