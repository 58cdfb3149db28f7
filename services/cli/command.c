/* SPDX-License-Identifier: Apache-2.0 */
/* Decides which subcommand runs, and what is said where there is no such one. */
#include "command.h"

#include <stdio.h>
#include <string.h>

#include "similar.h"

static const struct hf_command *const commands[] = {
    &hf_topics_command, &hf_publish_command, &hf_cat_command, &hf_summary_command, &hf_dead_letters_command,
};

static int print_help(void)
{
    printf("Usage:\n"
           "  headframe COMMAND [OPTION…] [ARGUMENT…]\n"
           "\n"
           "Exact summaries of mine production and cost over Kafka: the operator's side.\n"
           "\n"
           "Commands:\n");
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
        printf("  %-12s  %s\n", commands[i]->name, commands[i]->brief);
    printf("  %-12s  %s\n", "help", "Print this text, or a command's");
    printf("\n"
           "'headframe COMMAND --help' tells what a command does, its options and examples.\n"
           "\n"
           "Options:\n"
           "  -h, --help     Print this text and end\n"
           "  --version      Print the version and end\n"
           "\n"
           "Exit codes: 0 done, 1 failed, 2 wrong usage, 78 wrong configuration.\n");
    return HF_EXIT_OK;
}

static int print_version(void)
{
    printf("headframe %s (librdkafka %s)\n", HEADFRAME_VERSION, hf_kafka_version());
    return HF_EXIT_OK;
}

static const struct hf_command *find(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

static int refuse(const char *name)
{
    const struct hf_command *nearest = commands[0];
    for (size_t i = 1; i < G_N_ELEMENTS(commands); i++)
        if (hf_similar_distance(name, commands[i]->name) < hf_similar_distance(name, nearest->name))
            nearest = commands[i];
    fprintf(stderr, "headframe: there is no %s \"%s\"", name[0] == '-' ? "option" : "command", name);
    if (name[0] != '-' && hf_similar_is_slip(name, nearest->name))
        fprintf(stderr, "; did you mean '%s'?", nearest->name);
    fprintf(stderr, "\nTry 'headframe --help'.\n");
    return HF_EXIT_USAGE;
}

/* "help NAME [SUBCOMMAND]" is "NAME [SUBCOMMAND] --help". */
static int help_on(int argc, char **argv)
{
    if (argc < 3)
        return print_help();
    const struct hf_command *command = find(argv[2]);
    char *help = (char *)"--help";
    char *words[] = {argv[2], argc > 3 ? argv[3] : help, help, NULL};
    return command ? command->run(command, 3, words) : refuse(argv[2]);
}

static int run_command(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "headframe: which command?\nTry 'headframe --help'.\n");
        return HF_EXIT_USAGE;
    }
    const char *name = argv[1];
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        return print_help();
    if (strcmp(name, "--version") == 0)
        return print_version();
    if (strcmp(name, "help") == 0)
        return help_on(argc, argv);
    const struct hf_command *command = find(name);
    return command ? command->run(command, argc - 1, argv + 1) : refuse(name);
}

int hf_command_main(int argc, char **argv)
{
    int code = run_command(argc, argv);
    /* A full disk must not pass for success. */
    if ((fflush(stdout) != 0 || ferror(stdout)) && code == HF_EXIT_OK) {
        fprintf(stderr, "headframe: standard output: not all could be written\n");
        return HF_EXIT_FAILED;
    }
    return code;
}
