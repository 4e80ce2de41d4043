import { moneyRecordings } from "../../../catalogue/observability/moneyRecordings";
import { recordingRules, ruleGroups } from "../../../catalogue/observability/rules";
import { scope } from "./scope";

const { prices } = scope;

it("of several prices the latest that has begun holds, whatever their order in the settings", () => {
    const [first, then, last] = [
        { from: undefined, perMillion: 2 },
        { from: 1767225600, perMillion: 3 },
        { from: 1798761600, perMillion: 4 },
    ];
    const price = "(vector(4) and vector(time()) >= 1798761600) or (vector(3) and vector(time()) >= 1767225600) or vector(2)";
    for (const steps of [
        [first, then, last],
        [last, first, then],
    ]) {
        const tokens = [{ subscription: "free", model: "qwen3-8b", steps }];
        expect(moneyRecordings({ ...scope, prices: { ...prices, tokens } })[0]).toEqual({
            record: "maas:token_price:per_million",
            labels: ["subscription", "model", "currency"],
            fixed: { subscription: "free", model: "qwen3-8b", currency: "USD" },
            expr: price,
        });
    }
});

it.each([
    [{}, ["maas:token_price:per_million", "maas:token_price:per_million", "maas:token_income:increase1m"], true],
    [{ tokens: [] }, [], true],
    [{ nodes: [] }, ["maas:token_price:per_million", "maas:token_price:per_million", "maas:token_income:increase1m"], false],
    [{ tokens: [], nodes: [] }, [], false],
])("with %j the recordings are those that have prices", (less, tokens, nodes) => {
    const recorded = moneyRecordings({ ...scope, prices: { ...prices, ...less } }).map(({ record }) => record);
    expect(recorded).toEqual([...tokens, ...(nodes ? ["maas:gpu_node_cost:per_hour", "maas:gpu_idle_cost:per_hour"] : [])]);
});

it("a node costs its type's price, in the stack's currency", () => {
    const cost = moneyRecordings({ ...scope, prices }).find(({ record }) => record === "maas:gpu_node_cost:per_hour")!;
    expect(cost.fixed).toEqual({ instance_type: "g6e.2xlarge", currency: "USD" });
    expect(cost.labels).toEqual(["node", "instance_type", "currency"]);
    expect(cost.expr).toBe('max by (node) (kube_node_labels{label_node_kubernetes_io_instance_type="g6e.2xlarge"}) * 2.24');
});

it("a rule is written with the labels that are fixed, an interval where it has one, and its alerts' runbooks", () => {
    const rules = recordingRules(scope);
    const price = rules.flatMap((group) => group.rules).find(({ record }) => record === "maas:token_price:per_million")!;
    expect(price.labels).toEqual({ subscription: "free", model: "qwen3-8b", currency: "USD" });
    expect(rules.flatMap((group) => group.rules).some((rule) => !("labels" in rule))).toBe(true);
    expect(rules.some((group) => "interval" in group)).toBe(true);
    expect(rules.every((group) => !("interval" in group) || group.interval !== undefined)).toBe(true);
    const groups = ruleGroups(scope);
    expect(groups.slice(0, rules.length)).toEqual(rules);
    expect(groups.slice(rules.length).map(({ name }) => name)).toEqual(
        ["models", "gateways", "objectives", "gpus", "foundations"].map((name) => `maas-${name}`),
    );
    const down = groups.flatMap((group): object[] => group.rules).find((rule) => "alert" in rule && rule.alert === "ModelDown");
    expect(down).toEqual({
        alert: "ModelDown",
        expr: 'absent(kserve_vllm:num_requests_running{namespace="maas",llm_isvc_name="qwen3-8b"})',
        for: "5m",
        labels: { severity: "critical" },
        annotations: {
            summary: "Model {{ $labels.llm_isvc_name }} reports nothing",
            description: "No pod of the model is scraped: requests to it fail, or its metrics are not collected.",
            runbook: expect.stringContaining("modeldown") as string,
        },
    });
});
