/** Recorded money: prices, what tokens bring, and what GPU nodes cost. Pure. Source: docs/sources/observability.md#money. */
import { countedBy } from "./persons";
import type { Recording } from "./recording";
import type { PriceStep, Scope } from "./scope";
import { BEARERS } from "./usageRecordings";

/** A GPU is idle that did nothing for so long. */
const IDLE = "30m";

/** Prices and what is charged by them, as far as prices are known. */
export function moneyRecordings(scope: Pick<Scope, "prices" | "workspaces" | "persons">): Recording[] {
    const { currency, tokens, nodes } = scope.prices;
    const priced = ["subscription", "model", "currency"];
    return [
        ...tokens.map(({ subscription, model, steps }): Recording => ({
            record: "maas:token_price:per_million",
            labels: priced,
            fixed: { subscription, model, currency },
            expr: priceNow(steps),
        })),
        ...(tokens.length === 0
            ? []
            : [
                  {
                      record: "maas:token_income:increase1m",
                      labels: countedBy([...BEARERS, "model", "currency"], scope),
                      expr: "maas:usage_tokens:increase1m * on (subscription, model) group_left (currency) maas:token_price:per_million / 1e6",
                  },
              ]),
        ...nodes.map(({ instanceType, perHour }): Recording => ({
            record: "maas:gpu_node_cost:per_hour",
            labels: ["node", "instance_type", "currency"],
            fixed: { instance_type: instanceType, currency },
            expr: `max by (node) (kube_node_labels{label_node_kubernetes_io_instance_type="${instanceType}"}) * ${perHour}`,
        })),
        ...(nodes.length === 0
            ? []
            : [
                  {
                      record: "maas:gpu_idle_cost:per_hour",
                      labels: ["node", "instance_type", "currency"],
                      expr:
                          `maas:gpu_node_cost:per_hour * on (node) group_left () ` +
                          `(${gpusByNode(`max_over_time(DCGM_FI_DEV_GPU_UTIL[${IDLE}]) == 0`)} / ${gpusByNode("DCGM_FI_DEV_GPU_UTIL")})`,
                  },
              ]),
    ];
}

/** The price that holds now: the latest that has begun. */
function priceNow(steps: readonly PriceStep[]): string {
    return [...steps]
        .sort((a, b) => (b.from ?? -Infinity) - (a.from ?? -Infinity))
        .map(({ from, perMillion }) =>
            from === undefined ? `vector(${perMillion})` : `(vector(${perMillion}) and vector(time()) >= ${from})`,
        )
        .join(" or ");
}

/** The number of GPUs of a node, as far as a selector finds them. */
function gpusByNode(selector: string): string {
    return `count by (node) (label_replace(max by (Hostname, UUID) (${selector}), "node", "$1", "Hostname", "(.+)"))`;
}
