/* SPDX-License-Identifier: Apache-2.0 */
/* Writes schemas where the schema store reads them: to one file, over and over. */
#include "schema_directory.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "fuzz.h"

static char *directory, *path;

static void clean_up(void)
{
    g_remove(path);
    g_rmdir(directory);
}

const char *schema_directory_with(struct hf_text json)
{
    static int file = -1;
    if (file < 0) {
        directory = g_dir_make_tmp("headframe-fuzz-XXXXXX", NULL);
        HOLD(directory);
        path = g_build_filename(directory, "1.Fuzz.avsc", NULL);
        file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        HOLD(file >= 0 && atexit(clean_up) == 0);
    }
    HOLD(ftruncate(file, 0) == 0);
    HOLD(pwrite(file, json.data, json.length, 0) == (ssize_t)json.length);
    return directory;
}
