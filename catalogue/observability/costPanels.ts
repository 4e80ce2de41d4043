/** Panels of use and money in 24 hours: chargeback, and GPU nodes beside it. Pure. Source: docs/sources/observability.md#money. */
import type { Panel, Row } from "./panel";
import type { Scope } from "./scope";

const CHOSEN = `subscription=~"$subscription"`;

/** Gives use the label of the Groups whose it is. */
const OF_GROUPS = "* on (subscription) group_left (groups) maas:subscription_groups:info";

/** Use by bearer of cost, its revenue, and the cost of the nodes; `$subscription` are the tiers that the reader chose. */
export function costRows({ prices: { currency, tokens, nodes }, owners }: Pick<Scope, "prices" | "owners">): Row[] {
    const panel = (title: string, queries: Panel["queries"], description?: string): Panel => ({
        title,
        unit: "decimal",
        queries,
        ...(description !== undefined && { description }),
    });
    const inADay = (label: string, series: string, more = ""): Panel["queries"] => [
        [`sum by (${label}) (sum_over_time(${series}{${CHOSEN}${more}}[1d]))`, `{{${label}}}`],
    ];
    const users = ([[query, legend]]: Panel["queries"] & readonly [readonly [string, string]]): Panel["queries"] => [
        [`topk(10, ${query})`, legend],
    ];
    /** The same panels of a series. */
    const byBearer = (id: string, series: string): Row["panels"] => ({
        [`${id}Tier`]: panel("By tier", inADay("subscription", series)),
        [`${id}Model`]: panel("By model", inADay("model", series)),
        ...(owners.length > 0 && {
            [`${id}Group`]: panel(
                "By group",
                [[`sum by (groups) (sum_over_time(${series}{${CHOSEN}}[1d]) ${OF_GROUPS})`, "{{groups}}"]],
                "The Groups of the tier by which the tokens were used.",
            ),
        }),
        [`${id}CostCentre`]: panel("By cost centre", inADay("cost_center", series, `,cost_center!=""`)),
        [`${id}User`]: panel(
            "By user",
            users(inADay("user", series, `,user!=""`) as Parameters<typeof users>[0]),
            "Empty unless the telemetry of the tenant captures users.",
        ),
    });
    const served = ["prompt", "answer"].map((side) => `sum(avg_over_time(maas:model_${side}_tokens:rate5m[1h]))`).join(" + ");
    const nodeCost = "sum(maas:gpu_node_cost:per_hour)";
    return [
        { title: "Tokens in 24 hours", panels: byBearer("tokens", "maas:usage_tokens:increase1m") },
        ...(tokens.length === 0
            ? []
            : [{ title: `Charge for 24 hours (${currency})`, panels: byBearer("charge", "maas:token_income:increase1m") }]),
        ...(nodes.length === 0
            ? []
            : [
                  {
                      title: `GPU nodes (${currency})`,
                      panels: {
                          nodeCost: panel("Cost of an hour", [
                              ["sum by (instance_type) (maas:gpu_node_cost:per_hour)", "{{instance_type}}"],
                              ...(tokens.length === 0
                                  ? []
                                  : [["sum(sum_over_time(maas:token_income:increase1m[1h]))", "income of tokens"] as const]),
                          ]),
                          idleCost: panel(
                              "Cost of idle GPUs in 24 hours",
                              [
                                  [
                                      "sum by (instance_type) (sum_over_time(maas:gpu_idle_cost:per_hour[1d])) / 60",
                                      "{{instance_type}}",
                                  ],
                              ],
                              "Idle: did nothing for 30 minutes. Without parts of GPUs (MIG).",
                          ),
                          costPerMillion: panel(
                              "Cost of a million tokens",
                              [[`${nodeCost} / ((${served}) * 3600 / 1e6)`, "all models"]],
                              "Cost of the nodes by the tokens of prompts and answers in the last hour.",
                          ),
                      },
                  },
              ]),
    ];
}
