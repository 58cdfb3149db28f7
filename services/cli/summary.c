/* SPDX-License-Identifier: Apache-2.0 */
/* headframe summary: one window of one company, for people. */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "scan.h"
#include "summary_find.h"
#include "summary_text.h"

struct summary {
    struct hf_session session;
    gboolean as_json, all_stages, co_product;
    struct hf_summary_finder *finder;
};

static int take(void *context, const struct hf_record *record)
{
    hf_summary_finder_take(context, record->key, record->key_length, record->value, record->value_length);
    return 0;
}

static int print_record(const struct summary *summary, const char *value)
{
    if (summary->as_json) {
        puts(value);
        return HF_EXIT_OK;
    }
    json_error_t reason;
    json_t *record = json_loads(value, 0, &reason);
    if (!record)
        return hf_session_fail(&summary->session, "the record is no JSON: %s", reason.text);
    g_autofree char *text =
        hf_summary_text(record, (struct hf_summary_extent){summary->all_stages, summary->co_product});
    json_decref(record);
    fputs(text, stdout);
    return HF_EXIT_OK;
}

static int read_topic(struct summary *summary)
{
    int topic;
    g_autofree char *name =
        hf_session_topic_name(&summary->session, hf_topic_info(HF_TOPIC_COMPANY_SUMMARIES)->name, &topic);
    const struct hf_scan scan = {
        .topic = name,
        .partition = -1,
        .isolation = HF_READ_COMMITTED,
        .visit = take,
        .context = summary->finder,
    };
    return hf_scan_run(&summary->session, &scan);
}

static int work(struct summary *summary, int argc, char **argv)
{
    if (argc < 2)
        return hf_session_usage(&summary->session, "which company?");
    if (argc > 3)
        return hf_session_usage(&summary->session, "unexpected argument \"%s\"", argv[3]);
    int code = hf_session_open(&summary->session);
    if (code != HF_CONTINUE)
        return code;
    summary->finder = hf_summary_finder_new(argv[1], argc > 2 ? argv[2] : NULL);
    code = read_topic(summary);
    if (code != HF_CONTINUE)
        return code;
    const char *value = hf_summary_finder_value(summary->finder);
    if (value)
        return print_record(summary, value);
    g_autofree char *why = hf_summary_finder_explain(summary->finder);
    return hf_session_fail(&summary->session, "%s", why);
}

static int run(const struct hf_command *command, int argc, char **argv)
{
    struct summary summary = {0};
    const GOptionEntry entries[] = {
        {"json", 'j', 0, G_OPTION_ARG_NONE, &summary.as_json, "Print the record itself, on one line", NULL},
        {"all-stages", 'a', 0, G_OPTION_ARG_NONE, &summary.all_stages,
         "Show every stage of production, not only what was PRODUCED", NULL},
        {"co-product", 0, 0, G_OPTION_ARG_NONE, &summary.co_product,
         "Show costs by the co-product method too, not only by the by-product method", NULL},
        G_OPTION_ENTRY_NULL,
    };
    int code = hf_session_parse(&summary.session, command, entries, &argc, &argv);
    if (code == HF_CONTINUE)
        code = work(&summary, argc, argv);
    hf_summary_finder_free(&summary.finder);
    hf_session_fini(&summary.session);
    return code;
}

const struct hf_command hf_summary_command = {
    .name = "summary",
    .brief = "Show production and cost of a company in one window",
    .arguments = "COMPANY [WINDOW]",
    .description = "Shows the latest summary of COMPANY for WINDOW: production by metal and mine against\n"
                   "the year before, the cost ladder by metal and method, other costs, and what is\n"
                   "missing. Every figure is the published one, digit for digit; n/a is what can not be\n"
                   "stated.\n"
                   "\n"
                   "WINDOW is a label: 2003-06-30, 2003-W27, 2003-06, 2003-Q2, 2003-H1, 2003, all,\n"
                   "rolling-30d, rolling-12m; FY2003-Q2 where the fiscal year does not start in January.\n"
                   "Without WINDOW it is the latest year.",
    .examples = "Examples:\n"
                "  headframe summary hecla\n"
                "  headframe summary hecla 2003-H1 --all-stages\n"
                "  headframe summary hecla 2003-H1 --json | jq '.production[] | {material, attributable}'\n",
    .run = run,
};
