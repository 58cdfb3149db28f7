/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of headframe-devbroker. */
#ifndef HEADFRAME_DEVBROKER_OPTIONS_H
#define HEADFRAME_DEVBROKER_OPTIONS_H

struct hf_devbroker_options {
    int port;       /* 0: any free one */
    int partitions; /* of every topic */
    char *prefix;   /* before every topic's name; may be "" */
};

/* What became of the command line. */
enum { HF_OPTIONS_RUN = -1 };

/* Parses the command line; answers --help and --version itself. Returns HF_OPTIONS_RUN with *out filled (release with
 * hf_devbroker_options_fini), or the exit code with which to end: 0, or 2 for wrong usage. Main thread. */
int hf_devbroker_options_parse(int argc, char **argv, struct hf_devbroker_options *out);
void hf_devbroker_options_fini(struct hf_devbroker_options *options);

#endif
