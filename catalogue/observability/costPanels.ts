/** Panels of use and money in 24 hours: chargeback, and GPU nodes beside it. Pure. Source: docs/sources/observability.md#money. */
import { asBars, asValues, lines, type Panel, type Row, type Unit } from "./panel";
import type { Scope } from "./scope";

const CHOSEN = `subscription=~"$subscription"`;

const TOKENS = "maas:usage_tokens:increase1m";
const INCOME = "maas:token_income:increase1m";

/** Gives use the label of the Groups whose it is. */
const OF_GROUPS = "* on (subscription) group_left (groups) maas:subscription_groups:info";

/** Use by bearer of cost, its revenue, and the cost of the nodes; `$subscription` are the tiers that the reader chose. */
export function costRows({ prices: { currency, tokens, nodes }, owners }: Pick<Scope, "prices" | "owners">): Row[] {
    const money: Unit = { currency };
    const inADay = (label: string, series: string, more = ""): Panel["queries"] => [
        [`sum by (${label}) (sum_over_time(${series}{${CHOSEN}${more}}[1d]))`, `{{${label}}}`],
    ];
    const users = ([[query, legend]]: Panel["queries"] & readonly [readonly [string, string]]): Panel["queries"] => [
        [`topk(10, ${query})`, legend],
    ];
    /** The same panels of a series. */
    const byBearer = (id: string, unit: Unit, series: string): Row["panels"] => {
        const bars = (title: string, queries: Panel["queries"], description?: string): Panel =>
            asBars(lines(title, unit, queries, description));
        return {
            [`${id}Tier`]: bars("By tier", inADay("subscription", series)),
            [`${id}Model`]: bars("By model", inADay("model", series)),
            [`${id}CostCentre`]: bars("By cost centre", inADay("cost_center", series, `,cost_center!=""`)),
            ...(owners.length > 0 && {
                [`${id}Group`]: bars(
                    "By group",
                    [[`sum by (groups) (sum_over_time(${series}{${CHOSEN}}[1d]) ${OF_GROUPS})`, "{{groups}}"]],
                    "The Groups of the tier by which the tokens were used.",
                ),
            }),
            [`${id}User`]: bars(
                "By user",
                users(inADay("user", series, `,user!=""`) as Parameters<typeof users>[0]),
                "Empty unless the telemetry of the tenant captures users.",
            ),
        };
    };
    const served = ["prompt", "answer"].map((side) => `sum(avg_over_time(maas:model_${side}_tokens:rate5m[1h]))`).join(" + ");
    const nodeCost = "sum(maas:gpu_node_cost:per_hour)";
    const priced = { tokens: tokens.length > 0, nodes: nodes.length > 0 };
    const allDay = (series: string): string => `sum(sum_over_time(${series}[1d]))`;
    return [
        {
            title: "24 hours",
            panels: {
                tokensDay: asValues(
                    lines("Tokens", "decimal", [[`sum(sum_over_time(${TOKENS}{${CHOSEN}}[1d]))`, "chosen tiers"]]),
                ),
                ...(priced.tokens && {
                    chargeDay: asValues(
                        lines("Charge", money, [[`sum(sum_over_time(${INCOME}{${CHOSEN}}[1d]))`, "chosen tiers"]]),
                    ),
                }),
                ...(priced.nodes && {
                    nodesDay: asValues(
                        lines("GPU nodes", money, [[`${allDay("maas:gpu_node_cost:per_hour")} / 60`, "cost"]], "All tiers."),
                    ),
                    idleCost: asValues(
                        lines(
                            "Idle GPUs",
                            money,
                            [[`${allDay("maas:gpu_idle_cost:per_hour")} / 60`, "cost"]],
                            "Idle: did nothing for 30 minutes. Without parts of GPUs (MIG).",
                        ),
                    ),
                }),
            },
        },
        { title: "Tokens in 24 hours", panels: byBearer("tokens", "decimal", TOKENS) },
        ...(priced.tokens ? [{ title: `Charge for 24 hours (${currency})`, panels: byBearer("charge", money, INCOME) }] : []),
        ...(priced.nodes
            ? [
                  {
                      title: `GPU nodes (${currency})`,
                      panels: {
                          nodeCost: lines("Cost of an hour", money, [
                              ["sum by (instance_type) (maas:gpu_node_cost:per_hour)", "{{instance_type}}"],
                              ...(priced.tokens ? [[`sum(sum_over_time(${INCOME}[1h]))`, "income of tokens"] as const] : []),
                          ]),
                          costPerMillion: lines(
                              "Cost of a million tokens",
                              money,
                              [[`${nodeCost} / ((${served}) * 3600 / 1e6)`, "all models"]],
                              "Cost of the nodes by the tokens of prompts and answers in the last hour.",
                          ),
                      },
                  },
              ]
            : []),
    ];
}
