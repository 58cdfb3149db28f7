/* SPDX-License-Identifier: Apache-2.0 */
/* Proves that wrong usage is refused before Kafka is asked, with exit code 2 and words that say what is expected. */
#include "command.h"

#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <unistd.h>

#include "../unit.h"

/* Runs a command line of words and returns its exit code and, as new strings, what it wrote. */
static int run(const char *line, char **out_text, char **out_error)
{
    static const char *const files[] = {HEADFRAME_SCRATCH "/command.out", HEADFRAME_SCRATCH "/command.err"};
    int kept[2];
    g_auto(GStrv) words = g_strsplit(line, " ", -1);
    g_autofree char **arguments = g_memdup2(words, (g_strv_length(words) + 1) * sizeof *words); /* they are moved */
    assert_int_equal(fflush(stdout), 0);
    for (int i = 0; i < 2; i++) {
        int file = open(files[i], O_WRONLY | O_CREAT | O_TRUNC, 0600);
        kept[i] = dup(i + 1);
        assert_true(file >= 0 && kept[i] >= 0 && dup2(file, i + 1) >= 0);
        close(file);
    }
    int code = hf_command_main((int)g_strv_length(words), arguments);
    assert_int_equal(fflush(stdout), 0);
    for (int i = 0; i < 2; i++) {
        dup2(kept[i], i + 1);
        close(kept[i]);
    }
    assert_true(g_file_get_contents(files[0], out_text, NULL, NULL));
    assert_true(g_file_get_contents(files[1], out_error, NULL, NULL));
    return code;
}

static void wrong_usage_is_answered_with_what_is_expected(void **state)
{
    static const struct {
        const char *line, *words, *help;
    } cases[] = {
        {"headframe", "which command?", "headframe"},
        {"headframe dead-leters", "did you mean 'dead-letters'?", "headframe"},
        {"headframe cat t --limit 0", "--limit must be a whole number of 1 or more, not \"0\"", "headframe cat"},
        {"headframe cat t --limit=-1", "--limit must be a whole number of 1 or more, not \"-1\"", "headframe cat"},
        {"headframe cat t --limit 1k", "--limit must be a whole number of 1 or more, not \"1k\"", "headframe cat"},
        {"headframe cat t --partition -1", "--partition must be a whole number from 0 to 2147483647, not \"-1\"",
         "headframe cat"},
        {"headframe cat t --partition 2147483648", "not \"2147483648\"", "headframe cat"},
        {"headframe cat t --partition all", "not \"all\"", "headframe cat"},
        {"headframe dead-letters", "list, show or replay?", "headframe dead-letters"},
        {"headframe dead-letters --prefix list", "list, show or replay?", "headframe dead-letters"},
        {"headframe dead-letters ls", "has no subcommand \"ls\"", "headframe dead-letters"},
        {"headframe dead-letters -b host:1 sho", "did you mean 'show'?", "headframe dead-letters"},
        {"headframe dead-letters list 0:1", "unexpected argument \"0:1\"", "headframe dead-letters list"},
        {"headframe dead-letters list --count --limit 1", "neither --limit nor --newest",
         "headframe dead-letters list"},
        {"headframe dead-letters list --count --newest", "neither --limit nor --newest", "headframe dead-letters list"},
        {"headframe dead-letters show", "which letter? PLACE is PARTITION:OFFSET", "headframe dead-letters show"},
        {"headframe dead-letters show 7", "\"7\" is not the place of a letter", "headframe dead-letters show"},
        {"headframe dead-letters show 0:1 0:2", "unexpected argument \"0:2\"", "headframe dead-letters show"},
        {"headframe dead-letters replay", "which letters?", "headframe dead-letters replay"},
        {"headframe dead-letters replay --all", "add --dry-run to see them, --yes to send them",
         "headframe dead-letters replay"},
        {"headframe dead-letters replay --all 0:1 --yes", "--all and PLACE (\"0:1\") exclude each other",
         "headframe dead-letters replay"},
        {"headframe dead-letters replay 0:1 --key k", "go with --all, not with PLACE", "headframe dead-letters replay"},
        {"headframe dead-letters --prefix p replay 0:1 1;2", "\"1;2\" is not the place of a letter",
         "headframe dead-letters replay"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        g_autofree char *text = NULL, *error = NULL;
        g_autofree char *hint = g_strdup_printf("\nTry '%s --help'.\n", cases[i].help);
        int code = run(cases[i].line, &text, &error);
        if (code != HF_EXIT_USAGE || !strstr(error, cases[i].words) || !g_str_has_suffix(error, hint) || *text)
            fail_msg("%s: exit code %d, %s%s", cases[i].line, code, text, error);
    }
}

static void filters_are_checked_before_kafka_is_asked(void **state)
{
    static const char *const lines[] = {
        "headframe dead-letters list --code UNKNOWN_MIEN -b 127.0.0.1:1",
        "headframe dead-letters list --count --topic mine.cost -b 127.0.0.1:1",
        "headframe dead-letters replay --all --dry-run --since never -b 127.0.0.1:1",
        "headframe dead-letters replay --all --yes --limit 0 -b 127.0.0.1:1",
    };
    (void)state;
    for (size_t i = 0; i < COUNT(lines); i++) {
        g_autofree char *text = NULL, *error = NULL;
        assert_int_equal(run(lines[i], &text, &error), HF_EXIT_USAGE);
        assert_true(g_str_has_prefix(error, "headframe: --"));
    }
}

static void help_is_on_what_was_named(void **state)
{
    static const struct {
        const char *line, *usage;
    } cases[] = {
        {"headframe help", "  headframe COMMAND "},
        {"headframe help cat", "  headframe cat [OPTION"},
        {"headframe dead-letters --help", "  headframe dead-letters [OPTION"},
        {"headframe help dead-letters", "  headframe dead-letters [OPTION"},
        {"headframe help dead-letters show", "  headframe dead-letters show [OPTION"},
        {"headframe dead-letters replay -h", "  headframe dead-letters replay [OPTION"},
        {"headframe dead-letters --config x list --help", "  headframe dead-letters list [OPTION"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        g_autofree char *text = NULL, *error = NULL;
        int code = run(cases[i].line, &text, &error);
        if (code != HF_EXIT_OK || !strstr(text, cases[i].usage) || *error)
            fail_msg("%s: exit code %d, %s%s", cases[i].line, code, text, error);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_usage_is_answered_with_what_is_expected),
        cmocka_unit_test(filters_are_checked_before_kafka_is_asked),
        cmocka_unit_test(help_is_on_what_was_named),
    };
    return cmocka_run_group_tests_name("cli_command", tests, NULL, NULL);
}
