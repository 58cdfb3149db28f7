/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps digests in one array, ascending by window name. */
#include "digests.h"

struct row {
    uint64_t name, digest;
};

struct digests {
    GArray *rows; /* of struct row */
};

struct digests *digests_new(size_t room)
{
    struct digests *digests = g_new(struct digests, 1);
    digests->rows = g_array_sized_new(FALSE, FALSE, sizeof(struct row), (guint)room);
    return digests;
}

void digests_free(struct digests **digests)
{
    if (!*digests)
        return;
    g_array_free((*digests)->rows, TRUE);
    g_free(*digests);
    *digests = NULL;
}

static struct row *row_at(const struct digests *digests, guint i)
{
    return &g_array_index(digests->rows, struct row, i);
}

/* Index of the first row whose name is not below name. */
static guint position(const struct digests *digests, uint64_t name)
{
    guint low = 0, high = digests->rows->len;
    if (high > 0 && row_at(digests, high - 1)->name < name)
        return high;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (row_at(digests, middle)->name < name)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void digests_put(struct digests *digests, uint64_t window_name, uint64_t digest)
{
    guint at = position(digests, window_name);
    if (at < digests->rows->len && row_at(digests, at)->name == window_name) {
        row_at(digests, at)->digest = digest;
        return;
    }
    const struct row row = {window_name, digest};
    g_array_insert_val(digests->rows, at, row);
}

void digests_remove(struct digests *digests, uint64_t window_name)
{
    guint at = position(digests, window_name);
    if (at < digests->rows->len && row_at(digests, at)->name == window_name)
        g_array_remove_index(digests->rows, at);
}

int digests_find(const struct digests *digests, uint64_t window_name, uint64_t *out_digest)
{
    guint at = position(digests, window_name);
    if (at == digests->rows->len || row_at(digests, at)->name != window_name)
        return 0;
    *out_digest = row_at(digests, at)->digest;
    return 1;
}

int digests_visit_gone(const struct digests *before, const struct digests *now, digests_visit *visit, void *context)
{
    uint64_t unused;
    int result = 0;
    for (guint i = 0; i < before->rows->len && result == 0; i++) {
        uint64_t name = row_at(before, i)->name;
        if (!digests_find(now, name, &unused))
            result = visit(context, name);
    }
    return result;
}
