/** The numbers that each panel shows at the end of the day: those that went in, by legend. */
import { COST_CENTRES, EXTERNAL, MINUTES, type Model, MODELS, PODS, PRICES, START, tokens, USERS } from "./day";

type Shown = Readonly<Record<string, number>>;

/** Whose the tiers are. */
const GROUPS = { free: "tier-free-users", premium: "premium-users, product" } as const;

/** By name of the model: from its place in the list, and its copies. */
const byModel = (value: (m: number, copies: number) => number, legend = (model: Model) => model as string): Shown =>
    Object.fromEntries(MODELS.map((model, m) => [legend(model), value(m, PODS[model].length)]));
const all = (...shown: readonly Shown[]): Shown => Object.assign({}, ...shown) as Shown;

/** By name of the copy: from the place of its model, and its own. */
const byPod = (value: (m: number, p: number) => number, legend = (_: Model, pod: string) => pod): Shown =>
    all(...MODELS.map((model, m) => Object.fromEntries(PODS[model].map((pod, p) => [legend(model, pod), value(m, p)]))));

/** Sums by a key. */
function summed<T>(items: readonly T[], key: (item: T) => string, value: (item: T) => number): Shown {
    const sums: Record<string, number> = {};
    for (const item of items) {
        sums[key(item)] = (sums[key(item)] ?? 0) + value(item);
    }
    return sums;
}

/** Tokens a second at the end of the day. */
const last = ({ each }: { each: readonly number[] }): number => each[each.length - 1]! / 60;
const refusing = USERS.filter(({ refused }) => refused > 0);

/** Tokens of the whole day. */
const used = ({ each }: { each: readonly number[] }): number => each.reduce((sum, one) => sum + one, 0);

/** What minutes of tokens cost, each by the price of its time. */
const charge = ({ tier, model, each }: (typeof tokens)[number], from = 0): number => {
    const steps = PRICES.tokens.find((price) => price.subscription === tier && price.model === model)!.steps;
    return each.reduce((sum, one, minute) => {
        const begun = steps.filter((step) => (step.from ?? 0) <= START + 60 * minute);
        return minute < from ? sum : sum + (one * begun[begun.length - 1]!.perMillion) / 1e6;
    }, 0);
};

export const shown: Readonly<Record<string, Shown>> = {
    "overview/alertsNow": { alerts: 1 },
    "overview/errorsNow": { gateways: 0.02 },
    "overview/firstTokenNow": { "slowest model": 2.5 },
    "overview/tokensNow": { "all tiers": tokens.reduce((sum, one) => sum + last(one), 0) },
    "overview/requests": { all: 10 },
    "overview/errors": { gateways: 0.02 },
    "overview/firstToken": byModel((m) => (m === 2 ? 2.5 : 1)),
    "overview/tokens": summed(tokens, ({ tier }) => tier, last),
    "overview/refused": summed(
        refusing,
        ({ tier }) => tier,
        ({ refused }) => refused / 60,
    ),
    "overview/users": { users: USERS.length },
    "overview/copies": { available: 4, wanted: 7 },
    "overview/gpus": { mean: 40 },
    "overview/alerts": { "GpuError (critical)": 1 },
    "foundations/certificates": { "maas/certificate-0": 10, "maas/certificate-1": 80 },
    "foundations/secrets": { synced: 2, "not synced": 1 },
    "foundations/databases": { "maas-db": 1, cnpg: 2 },
    "foundations/databaseVolumes": { "maas-db data-maas-db-0": 0.25 },
    "foundations/databaseLag": { "keys-1": 0, "keys-2": 1.5 },
    "foundations/databaseConnections": { "maas-platform/maas-keys-metrics": 0.25, "litemaas/litemaas-database-metrics": 0.35 },
    "foundations/databaseAnswers": { "maas-platform/maas-keys-metrics": 1, "litemaas/litemaas-database-metrics": 1 },
    "foundations/vaultCopies": { wanted: 3, unsealed: 2 },
    "keys/keyCalls": { "200": 0.05, "201": 0.1 },
    "keys/keysMade": { "keys, estimated": 8640 },
    "keys/keyApi": { available: 2 },
    "keys/keysHold": { free: 5, premium: 10 },
    "keys/keysEnd": { free: 0, premium: 1 },
    "keys/keysRefused": { refused: 0.5 },
    "keys/keyOwners": { free: 3, premium: 2 },
    "litemaas/litemaasRequests": { granite: 2 },
    "litemaas/litemaasFailures": { "429": 0.1 },
    "litemaas/litemaasDuration": { granite: 1 },
    "litemaas/litemaasTokens": { granite: 20 },
    "litemaas/endpointState": { "granite-a https://1.example.com/v1": 0, "granite-a https://2.example.com/v1": 1 },
    "litemaas/teamSpend": { workshop: 14.4 },
    "litemaas/teamTokens": { workshop: 864_000 },
    "litemaas/teamBudget": { workshop: 0.25 },
    "external-models/externalTokens": summed(
        tokens.filter(({ model }) => model === EXTERNAL),
        ({ model }) => model,
        last,
    ),
    "external-models/externalRequests": { "maas/maas-gpt-oss-20b": (30 + 18) / 60 },
    "external-models/externalRefused": { "maas/maas-gpt-oss-20b": 6 / 60 },
    "workspaces/workspaces": { Running: 1, Pending: 1 },
    "workspaces/workspaceMemory": { "ana-devspaces": 1, "ben-devspaces": 2 },
    "workspaces/workspaceCpu": { "ana-devspaces": 0.5, "ben-devspaces": 1 },
    "gateways/authDecisions": { OK: 9.5, UNAUTHENTICATED: 0.5 },
    "gateways/authTime": { Authorino: 0.05 },
    "gateways/limitador": { copies: 2 },
    "models/timeToFirstToken": all(
        byModel(
            (m) => (m === 2 ? 2.5 : 1),
            (model) => `${model} p95`,
        ),
        byModel(
            (m) => (m === 2 ? 5 : 2.5),
            (model) => `${model} p99`,
        ),
    ),
    "models/interTokenLatency": all(
        byModel(
            () => 0.05,
            (model) => `${model} p95`,
        ),
        byModel(
            () => 0.075,
            (model) => `${model} p99`,
        ),
    ),
    "models/requests": all(
        byModel(
            (m, copies) => (m + 1) * copies,
            (model) => `${model} stop`,
        ),
        byModel(
            (_, copies) => 0.1 * copies,
            (model) => `${model} error`,
        ),
    ),
    "models/queue": all(
        byModel(
            (m, copies) => (copies === 1 ? 2 + m : 2 + m + 3 + m),
            (model) => `${model} waiting`,
        ),
        byModel(
            (m, copies) => (10 + m) * copies,
            (model) => `${model} running`,
        ),
    ),
    "models/cacheUse": byPod(
        (m, p) => 0.2 * (m + 1) + 0.1 * p,
        (model, pod) => `${model} ${pod}`,
    ),
    "models/tokens": all(
        byModel(
            (m, copies) => 20 * (m + 1) * copies,
            (model) => `${model} out`,
        ),
        byModel(
            (m, copies) => 100 * (m + 1) * copies,
            (model) => `${model} in`,
        ),
    ),
    "models/prefixHits": byModel((m) => 0.25 * (m + 1)),
    "models/preemptions": byModel((m, copies) => 0.05 * m * copies),
    "models/queueTime": byModel(
        () => 0.5,
        (model) => `${model} p99`,
    ),
    "usage/tierTokens": summed(tokens, ({ tier }) => tier, last),
    "usage/tierRequests": summed(
        USERS,
        ({ tier }) => tier,
        ({ requests }) => requests / 60,
    ),
    "usage/tierRefused": summed(
        refusing,
        ({ tier }) => tier,
        ({ refused }) => refused / 60,
    ),
    "usage/modelTokens": summed(tokens, ({ model }) => model, last),
    "usage/costCentreTokens": summed(tokens, ({ tier }) => COST_CENTRES[tier], last),
    "usage/userTokens": summed(tokens, ({ user }) => user, last),
    "usage/userRequests": summed(
        USERS,
        ({ user }) => user,
        ({ requests }) => requests / 60,
    ),
    "usage/userRefused": summed(
        refusing,
        ({ user }) => user,
        ({ refused }) => refused / 60,
    ),
    "costs/tokensDay": { "chosen tiers": tokens.reduce((sum, one) => sum + used(one), 0) },
    "costs/chargeDay": { "chosen tiers": tokens.reduce((sum, one) => sum + charge(one), 0) },
    "costs/nodesDay": { cost: 24 * 2 * 2.24 },
    "costs/tokensTier": summed(tokens, ({ tier }) => tier, used),
    "costs/tokensModel": summed(tokens, ({ model }) => model, used),
    "costs/tokensGroup": summed(tokens, ({ tier }) => GROUPS[tier], used),
    "costs/tokensCostCentre": summed(tokens, ({ costCentre }) => costCentre, used),
    "costs/tokensUser": summed(tokens, ({ user }) => user, used),
    "costs/chargeTier": summed(tokens, ({ tier }) => tier, charge),
    "costs/chargeModel": summed(tokens, ({ model }) => model, charge),
    "costs/chargeGroup": summed(tokens, ({ tier }) => GROUPS[tier], charge),
    "costs/chargeCostCentre": summed(tokens, ({ costCentre }) => costCentre, charge),
    "costs/chargeUser": summed(tokens, ({ user }) => user, charge),
    "costs/nodeCost": {
        "g6e.2xlarge": 2 * 2.24,
        "income of tokens": tokens.reduce((sum, one) => sum + charge(one, MINUTES - 59), 0),
    },
    "costs/idleCost": { cost: 24 * 2.24 },
    // 4 copies of models answer 20 and take 100 tokens a second, times the place of the model.
    "costs/costPerMillion": { "all models": (2 * 2.24) / ((120 * (1 + 2 * 2 + 3) * 3600) / 1e6) },
    "routing/readyPods": byModel(
        (_, copies) => copies,
        (model) => `${model}-pool`,
    ),
    "routing/podShare": byPod(
        (m) => m + 1 + 0.1,
        (model, pod) => `${model} ${pod}`,
    ),
    "routing/pluginTime": { "prefix-cache-scorer": 0.0005, "max-score-picker": 0.001 },
    "routing/podQueue": byPod((m, p) => m + p),
    "routing/attempts": all(
        byModel(
            (m) => m + 1,
            (model) => `${model} success`,
        ),
        byModel(
            () => 0.1,
            (model) => `${model} failure`,
        ),
    ),
    "routing/pickTime": byModel(() => 0.005),
    "routing/expectedHits": byModel((m) => 0.25 * (m + 1)),
    "gateways/answers": { "200": 8.9, "201": 0.1, "401": 0.5, "429": 0.3, "500": 0.15, "503": 0.05 },
    "gateways/failing": { "5 min": 0.02, "1 h": 0.02 },
    "gateways/duration": { all: 1 },
    "gateways/decisions": { allowed: 9.5, denied: 0.8, errors: 0.1 },
    "gateways/limits": {
        "let through": USERS.reduce((sum, { requests }) => sum + requests / 60, 0),
        "refused (429)": refusing.reduce((sum, { refused }) => sum + refused / 60, 0),
    },
    "gpus/gpuUse": { "node-a 0 NVIDIA L40S": 80, "node-b 0 NVIDIA L40S": 0 },
    "gpus/gpuMemory": { "node-a 0 NVIDIA L40S": 0.75, "node-b 0 NVIDIA L40S": 0 },
    "gpus/gpuIdleCost": { "node-b g6e.2xlarge": 2.24 },
    "gpus/gpuPower": { "node-a 0 NVIDIA L40S": 250, "node-b 0 NVIDIA L40S": 35 },
    "gpus/gpuTemperature": { "node-a 0 NVIDIA L40S": 61, "node-b 0 NVIDIA L40S": 30 },
    "gpus/gpuErrors": { "node-a 0 NVIDIA L40S": 0, "node-b 0 NVIDIA L40S": 79 },
};
