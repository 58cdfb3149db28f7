/* SPDX-License-Identifier: Apache-2.0 */
/* headframe dead-letters: decides which of its subcommands runs. */
#include "dead_letters_command.h"

#include <stdio.h>
#include <string.h>

#include "command.h"
#include "similar.h"

static const struct hf_command *const subcommands[] = {
    &hf_dead_letters_list_command,
    &hf_dead_letters_show_command,
    &hf_dead_letters_replay_command,
};

/* The word by which a subcommand is called: the last of its name. */
static const char *word_of(const struct hf_command *subcommand)
{
    return strrchr(subcommand->name, ' ') + 1;
}

static const struct hf_command *find(const char *word)
{
    for (size_t i = 0; i < G_N_ELEMENTS(subcommands); i++)
        if (strcmp(word_of(subcommands[i]), word) == 0)
            return subcommands[i];
    return NULL;
}

/* True where the next word is the value of this one: an option of every command may stand before the subcommand. */
static int takes_value(const char *word)
{
    static const char *const options[] = {"-c", "--config", "-b", "--bootstrap", "--prefix"};
    for (size_t i = 0; i < G_N_ELEMENTS(options); i++)
        if (strcmp(options[i], word) == 0)
            return 1;
    return 0;
}

/* The index of the first word that is neither an option nor its value; argc where there is none. */
static int find_word(int argc, char **argv)
{
    int i = 1;
    while (i < argc && argv[i][0] == '-')
        i += 1 + takes_value(argv[i]);
    return MIN(i, argc);
}

static int refuse(const char *word)
{
    const char *nearest = word_of(subcommands[0]);
    for (size_t i = 1; i < G_N_ELEMENTS(subcommands); i++)
        if (hf_similar_distance(word, word_of(subcommands[i])) < hf_similar_distance(word, nearest))
            nearest = word_of(subcommands[i]);
    fprintf(stderr, "headframe: dead-letters has no subcommand \"%s\"", word);
    if (hf_similar_is_slip(word, nearest))
        fprintf(stderr, "; did you mean '%s'?", nearest);
    fprintf(stderr, "\nTry 'headframe dead-letters --help'.\n");
    return HF_EXIT_USAGE;
}

/* Without subcommand: help, or a question. */
static int run_alone(const struct hf_command *command, int argc, char **argv)
{
    struct hf_session session;
    const GOptionEntry none[] = {G_OPTION_ENTRY_NULL};
    int code = hf_session_parse(&session, command, none, &argc, &argv);
    if (code == HF_CONTINUE)
        code = hf_session_usage(&session, "list, show or replay?");
    hf_session_fini(&session);
    return code;
}

static int run(const struct hf_command *command, int argc, char **argv)
{
    int at = find_word(argc, argv);
    if (at == argc)
        return run_alone(command, argc, argv);
    const struct hf_command *subcommand = find(argv[at]);
    if (!subcommand)
        return refuse(argv[at]);
    argv[0] = argv[at];
    memmove(&argv[at], &argv[at + 1], (size_t)(argc - at) * sizeof *argv); /* with the NULL that ends it */
    return subcommand->run(subcommand, argc - 1, argv);
}

const struct hf_command hf_dead_letters_command = {
    .name = "dead-letters",
    .brief = "List, show and replay records that could not be used",
    .arguments = "list|show|replay …",
    .description = "Records that a daemon could not use lie on headframe.dead-letters, whole, each with a\n"
                   "code and a sentence that says why.\n"
                   "\n"
                   "  list            Print a line for each letter, or how many there are of which code\n"
                   "  show PLACE      Print all of one letter: headers, sentence, what its value says\n"
                   "  replay PLACE…   Send records back to the topics they were read from, once their\n"
                   "                  cause is mended; replay --all: all that list would print\n"
                   "\n"
                   "PLACE is PARTITION:OFFSET on headframe.dead-letters, as list prints it.",
    .examples = "'headframe dead-letters list --help' and so on tell more.\n"
                "\n"
                "Examples:\n"
                "  headframe dead-letters list --count\n"
                "  headframe dead-letters list --code UNKNOWN_MINE --since 12h\n"
                "  headframe dead-letters show 0:12\n"
                "  headframe dead-letters replay --all --code UNKNOWN_MINE --dry-run\n",
    .run = run,
};
