/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a fuzz target over files, in builds without libFuzzer: kept cases and seeds are regression tests everywhere. */
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

static int run_file(const char *path)
{
    g_autofree char *text = NULL;
    g_autoptr(GError) reason = NULL;
    gsize length;
    if (!g_file_get_contents(path, &text, &length, &reason)) {
        fprintf(stderr, "%s\n", reason->message);
        return 0;
    }
    /* Memory that ends where the input does, so that the sanitizers see a byte too many. */
    uint8_t *bytes = g_memdup2(text, length);
    fprintf(stderr, "%s\n", path);               /* the last one named is at fault */
    (void)LLVMFuzzerTestOneInput(bytes, length); /* always 0 */
    g_free(bytes);
    return 1;
}

/* Returns how many inputs were run, or -1. */
static int run_directory(const char *path)
{
    g_autoptr(GDir) entries = g_dir_open(path, 0, NULL);
    int count = 0;
    if (!entries) {
        fprintf(stderr, "%s: no such directory\n", path);
        return -1;
    }
    for (const char *name; (name = g_dir_read_name(entries));) {
        g_autofree char *file = g_build_filename(path, name, NULL);
        if (!run_file(file))
            return -1;
        count++;
    }
    return count;
}

int main(int argc, char **argv)
{
    int total = 0;
    for (int i = 1; i < argc; i++) {
        int is_directory = g_file_test(argv[i], G_FILE_TEST_IS_DIR);
        int count = is_directory ? run_directory(argv[i]) : run_file(argv[i]) ? 1 : -1;
        if (count < 0)
            return 1;
        total += count;
    }
    fprintf(stderr, "%d inputs\n", total);
    return total > 0 ? 0 : 1;
}
