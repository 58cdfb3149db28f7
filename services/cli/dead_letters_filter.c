/* SPDX-License-Identifier: Apache-2.0 */
/* Decides what the filter options may say. A code or topic that does not exist is refused: a slip would otherwise find
 * nothing and pass for good news. */
#include "dead_letters_filter.h"

#include <string.h>

#include "headframe/refusal.h"
#include "headframe/topics.h"
#include "iso_time.h"
#include "similar.h"

/* --- options ---------------------------------------------------------------------------------------------------- */

void hf_letter_words_entries(struct hf_letter_words *words, GOptionEntry *out_entries)
{
    const GOptionEntry entries[HF_LETTER_WORDS_ENTRIES] = {
        {"code", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &words->codes,
         "Only letters with this code; a list (A,B), or given more than once: any of them", "CODE"},
        {"topic", 0, 0, G_OPTION_ARG_FILENAME, &words->topic, "Only letters of records that were read from this topic",
         "TOPIC"},
        {"key", 'k', 0, G_OPTION_ARG_FILENAME, &words->key, "Only letters with this key", "K"},
        {"since", 0, 0, G_OPTION_ARG_FILENAME, &words->since,
         "Only letters written since 2026-11-23T12:00:00Z, or in the last 90s, 30m, 12h, 7d", "TIME"},
        {"limit", 'n', 0, G_OPTION_ARG_FILENAME, &words->limit, "At most so many of them, 1 or more: the oldest", "N"},
        G_OPTION_ENTRY_NULL,
    };
    memcpy(out_entries, entries, sizeof entries);
}

void hf_letter_words_fini(struct hf_letter_words *words)
{
    g_strfreev(words->codes);
    g_free(words->topic);
    g_free(words->key);
    g_free(words->since);
    g_free(words->limit);
    *words = (struct hf_letter_words){0};
}

int hf_letter_words_are_given(const struct hf_letter_words *words)
{
    return words->codes || words->topic || words->key || words->since || words->limit;
}

/* --- codes ------------------------------------------------------------------------------------------------------ */

static int refuse_code(const char *word, struct hf_error *error)
{
    g_autofree char *upper = g_ascii_strup(word, -1);
    g_autoptr(GString) all = g_string_new(NULL);
    const char *nearest = hf_refusal_name(HF_REFUSAL_MALFORMED);
    for (int i = HF_REFUSAL_MALFORMED; i <= HF_REFUSAL_BAD_REFERENCE; i++) {
        const char *name = hf_refusal_name((enum hf_refusal_code)i);
        g_string_append_printf(all, "%s%s", all->len ? ", " : "", name);
        if (hf_similar_distance(upper, name) < hf_similar_distance(upper, nearest))
            nearest = name;
    }
    if (hf_similar_is_slip(upper, nearest))
        return hf_error_set(error, HF_EINVAL, HF_ACTION_BAD_INPUT,
                            "--code: there is no code \"%.40s\"; did you mean %s?", word, nearest);
    return hf_error_set(error, HF_EINVAL, HF_ACTION_BAD_INPUT, "--code: there is no code \"%.40s\"; there are %s", word,
                        all->str);
}

static int add_code(struct hf_letter_filter *filter, const char *word, struct hf_error *error)
{
    for (int i = HF_REFUSAL_MALFORMED; i <= HF_REFUSAL_BAD_REFERENCE; i++)
        if (g_ascii_strcasecmp(word, hf_refusal_name((enum hf_refusal_code)i)) == 0) {
            filter->codes |= 1U << i;
            return HF_OK;
        }
    return refuse_code(word, error);
}

static int add_codes(struct hf_letter_filter *filter, char **lists, struct hf_error *error)
{
    for (; lists && *lists; lists++) {
        g_auto(GStrv) words = g_strsplit(*lists, ",", -1);
        if (!*words) /* of "" */
            return add_code(filter, "", error);
        for (char **word = words; *word; word++)
            if (add_code(filter, g_strstrip(*word), error) != HF_OK)
                return HF_EINVAL;
    }
    return HF_OK;
}

/* --- the others ------------------------------------------------------------------------------------------------- */

static int refuse_topic(const char *word, struct hf_error *error)
{
    const char *nearest = hf_topic_info(HF_TOPIC_PRODUCTION)->name;
    for (int i = 0; i < HF_TOPIC_COUNT; i++) {
        const char *name = hf_topic_info((enum hf_topic)i)->name;
        if (hf_letter_topic_find(name, "") >= 0 && hf_similar_distance(word, name) < hf_similar_distance(word, nearest))
            nearest = name;
    }
    if (hf_similar_is_slip(word, nearest))
        return hf_error_set(error, HF_EINVAL, HF_ACTION_BAD_INPUT,
                            "--topic: \"%.80s\" is no topic that headframe reads; did you mean %s?", word, nearest);
    return hf_error_set(error, HF_EINVAL, HF_ACTION_BAD_INPUT,
                        "--topic: \"%.80s\" is no topic that headframe reads: mine.production, mine.costs, "
                        "reference.* and market.* are, and company.guidance",
                        word);
}

static int set_topic(struct hf_letter_filter *filter, const char *word, const char *prefix, struct hf_error *error)
{
    if (!word)
        return HF_OK;
    if (hf_letter_topic_find(word, "") >= 0)
        filter->topic = g_strconcat(prefix, word, NULL);
    else if (hf_letter_topic_find(word, prefix) >= 0)
        filter->topic = g_strdup(word);
    else
        return refuse_topic(word, error);
    return HF_OK;
}

/* "90s", "30m", "12h" or "7d" in milliseconds; -1 where word is none. */
static int64_t parse_span(const char *word)
{
    static const struct {
        char unit;
        int64_t ms;
    } units[] = {{'s', 1000}, {'m', 60000}, {'h', 3600000}, {'d', 86400000}};
    size_t length = strlen(word);
    for (size_t i = 0; length > 0 && i < G_N_ELEMENTS(units); i++) {
        g_autofree char *digits = g_strndup(word, length - 1);
        guint64 count; /* unsigned: no sign is taken then */
        if (word[length - 1] == units[i].unit && g_ascii_string_to_unsigned(digits, 10, 0, INT32_MAX, &count, NULL))
            return (int64_t)count * units[i].ms;
    }
    return -1;
}

static int set_since(struct hf_letter_filter *filter, const char *word, int64_t now_ms, struct hf_error *error)
{
    filter->since_ms = INT64_MIN;
    if (!word)
        return HF_OK;
    int64_t span_ms = parse_span(word);
    if (span_ms >= 0)
        filter->since_ms = now_ms - span_ms;
    else if (hf_iso_time_parse(word, strlen(word), &filter->since_ms, error) != HF_OK) {
        hf_error_prefix(error, "--since");
        g_strlcat(error->text, "; or a span such as 30m, 12h or 7d before now", sizeof error->text);
        return HF_EINVAL;
    }
    return HF_OK;
}

static int set_limit(struct hf_letter_filter *filter, const char *word, struct hf_error *error)
{
    gint64 limit = INT64_MAX;
    if (word && !g_ascii_string_to_signed(word, 10, 1, INT64_MAX, &limit, NULL))
        return hf_error_set(error, HF_EINVAL, HF_ACTION_BAD_INPUT,
                            "--limit must be a whole number of 1 or more, not \"%.40s\"", word);
    filter->limit = limit;
    return HF_OK;
}

/* --- all of them ------------------------------------------------------------------------------------------------ */

int hf_letter_filter_init(struct hf_letter_filter *filter, const struct hf_letter_words *words, const char *prefix,
                          int64_t now_ms, struct hf_error *error)
{
    *filter = (struct hf_letter_filter){.key = words->key};
    if (add_codes(filter, words->codes, error) != HF_OK || set_since(filter, words->since, now_ms, error) != HF_OK ||
        set_limit(filter, words->limit, error) != HF_OK)
        return HF_EINVAL;
    return set_topic(filter, words->topic, prefix, error);
}

void hf_letter_filter_fini(struct hf_letter_filter *filter)
{
    g_clear_pointer(&filter->topic, g_free);
}

static int has_code(uint32_t codes, const char *name)
{
    for (int i = HF_REFUSAL_MALFORMED; i <= HF_REFUSAL_BAD_REFERENCE; i++)
        if (codes >> i & 1U && g_strcmp0(name, hf_refusal_name((enum hf_refusal_code)i)) == 0)
            return 1;
    return 0;
}

static int has_key(const struct hf_letter *letter, const char *key)
{
    gsize length;
    const void *bytes = letter->key ? g_bytes_get_data(letter->key, &length) : NULL;
    if (!letter->key || length != strlen(key))
        return 0;
    return length == 0 || memcmp(bytes, key, length) == 0;
}

int hf_letter_filter_takes(const struct hf_letter_filter *filter, const struct hf_letter *letter)
{
    return (!filter->codes || has_code(filter->codes, letter->code)) &&
           (!filter->topic || g_strcmp0(filter->topic, letter->topic) == 0) &&
           (!filter->key || has_key(letter, filter->key)) &&
           (filter->since_ms == INT64_MIN || letter->written_ms >= filter->since_ms);
}
