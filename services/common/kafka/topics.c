/* SPDX-License-Identifier: Apache-2.0 */
/* The table of topics. */
#include "headframe/topics.h"

#include <stdlib.h>
#include <string.h>

static const struct hf_topic_info topics[HF_TOPIC_COUNT] = {
    [HF_TOPIC_PRODUCTION] = {"mine.production", 0, 0, HF_TOPIC_PRODUCTION, HF_FORMAT_AVRO, "production events"},
    [HF_TOPIC_COSTS] = {"mine.costs", 0, 0, HF_TOPIC_COSTS, HF_FORMAT_AVRO, "cost events"},
    [HF_TOPIC_COMPANIES] = {"reference.companies", 1, 0, HF_TOPIC_COMPANIES, HF_FORMAT_JSON, "companies"},
    [HF_TOPIC_MINES] = {"reference.mines", 1, 0, HF_TOPIC_MINES, HF_FORMAT_JSON, "mines and who owns them"},
    [HF_TOPIC_PRICES] = {"market.prices", 1, 0, HF_TOPIC_PRICES, HF_FORMAT_JSON, "monthly metal prices"},
    [HF_TOPIC_FX] = {"market.fx", 1, 0, HF_TOPIC_FX, HF_FORMAT_JSON, "monthly exchange rates"},
    [HF_TOPIC_GUIDANCE] = {"company.guidance", 1, 0, HF_TOPIC_GUIDANCE, HF_FORMAT_JSON, "guidance as issued"},
    [HF_TOPIC_PEERS] = {"market.peers", 1, 0, HF_TOPIC_PEERS, HF_FORMAT_JSON, "figures of peers"},
    [HF_TOPIC_PRODUCTION_DAYS] = {"headframe.production-days", 1, 1, HF_TOPIC_PRODUCTION, HF_FORMAT_DAYS,
                                  "production by mine and day"},
    [HF_TOPIC_COST_DAYS] = {"headframe.cost-days", 1, 1, HF_TOPIC_COSTS, HF_FORMAT_DAYS, "costs by mine and day"},
    [HF_TOPIC_PRODUCTION_STATE] = {"headframe.production.state", 1, 1, HF_TOPIC_PRODUCTION, HF_FORMAT_STATE,
                                   "the ledger of production facts"},
    [HF_TOPIC_COSTS_STATE] = {"headframe.costs.state", 1, 1, HF_TOPIC_COSTS, HF_FORMAT_STATE,
                              "the ledger of cost facts"},
    [HF_TOPIC_STANDING] = {"headframe.reference-standing", 1, 1, HF_TOPIC_STANDING, HF_FORMAT_JSON,
                           "reference values that a bad record replaced"},
    [HF_TOPIC_MINE_SUMMARIES] = {"mine.summaries", 1, 1, HF_TOPIC_MINE_SUMMARIES, HF_FORMAT_JSON,
                                 "windows of each mine"},
    [HF_TOPIC_COMPANY_SUMMARIES] = {"company.summaries", 1, 1, HF_TOPIC_COMPANY_SUMMARIES, HF_FORMAT_JSON,
                                    "windows of each company"},
    [HF_TOPIC_SCORECARDS] = {"company.scorecards", 1, 1, HF_TOPIC_SCORECARDS, HF_FORMAT_JSON, "scorecards"},
    [HF_TOPIC_RELEASES] = {"company.releases", 0, 1, HF_TOPIC_RELEASES, HF_FORMAT_JSON, "releases as issued"},
    [HF_TOPIC_QUARANTINE] = {"headframe.quarantine", 1, 1, HF_TOPIC_QUARANTINE, HF_FORMAT_JSON,
                             "facts that wait for a decision"},
    [HF_TOPIC_RESTATEMENTS] = {"headframe.restatements", 0, 1, HF_TOPIC_RESTATEMENTS, HF_FORMAT_JSON,
                               "changes to closed periods"},
    [HF_TOPIC_DEAD_LETTERS] = {"headframe.dead-letters", 0, 1, HF_TOPIC_DEAD_LETTERS, HF_FORMAT_ORIGINAL,
                               "records that could not be used"},
};

const struct hf_topic_info *hf_topic_info(enum hf_topic topic)
{
    return &topics[topic];
}

char *hf_topic_name(const char *prefix, enum hf_topic topic)
{
    size_t prefix_length = strlen(prefix), length = strlen(topics[topic].name);
    char *name = malloc(prefix_length + length + 1);
    if (!name)
        abort();
    memcpy(name, prefix, prefix_length);
    memcpy(name + prefix_length, topics[topic].name, length + 1);
    return name;
}

int hf_topic_find(const char *name)
{
    for (int i = 0; i < HF_TOPIC_COUNT; i++)
        if (strcmp(topics[i].name, name) == 0)
            return i;
    return -1;
}
