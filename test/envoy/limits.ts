/**
 * Limits, as Kuadrant's module asks Limitador for the policies of a stack: requests are counted before, tokens after the answer, in fixed
 * windows, by the policy's counters and by route. Source: docs/sources/maas.md#request-limits, docs/sources/connectivity-link.md#limitador.
 */
import { secondsOf } from "../../catalogue/tiers";
import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { cel, type CelInput, requestOf } from "./cel";
import { attached, nameOf, type Objects, ruleAt, rulesOf } from "./objects";

interface LimitSpec {
    readonly rates?: readonly { readonly limit: number; readonly window: string }[];
    readonly when?: readonly { readonly predicate: string }[];
    readonly counters?: readonly { readonly expression: string }[];
}

interface Counter {
    readonly limit: number;
    used: number;
    ends: number;
    /** Namespace/name of the route. */
    readonly route: string;
    /** As Limitador has them: which limit, and by what it counts. */
    readonly conditions: readonly string[];
    readonly variables: Readonly<Record<string, string>>;
    readonly seconds: number;
}

/** 2^64: Limitador subtracts without a sign. */
const WORDS = 1n << 64n;

export class Limits {
    private readonly counters = new Map<string, Counter>();

    constructor(
        private readonly objects: Objects,
        /** Seconds. */
        private readonly now: () => number,
    ) {}

    /** Counts a request. @returns whether it may pass */
    admits(method: string, target: string, identity: unknown): boolean {
        const found = this.matching(method, target, identity);
        if (found.requests.some(({ used, limit }) => used >= limit)) {
            return false;
        }
        // One that tokens refuse uses up a request too.
        found.requests.forEach((one) => one.used++);
        return found.tokens.every(({ used, limit }) => used < limit);
    }

    /** Counts the tokens of an answer. */
    report(target: string, identity: unknown, tokens: number): void {
        this.matching("POST", target, identity).tokens.forEach((one) => (one.used += tokens));
    }

    /**
     * What Limitador's API answers; undefined for a path that it has not.
     * Source: Kuadrant/limitador@v2.2.0:limitador-server/src/http_api/request_types.rs.
     *
     * @returns JSON as text: a remainder may be larger than a number of JavaScript holds
     */
    api(path: string): string | undefined {
        const [, what, route] = /^\/(limits|counters)\/([^/]+)$/.exec(path) ?? [];
        if (what === undefined) {
            return undefined;
        }
        const live = [...this.counters.values()].filter(
            (one) => one.route === decodeURIComponent(route!) && (what === "limits" || one.ends > this.now()),
        );
        const items = live.map(({ limit, used, ends, conditions, variables, seconds, route: namespace }) => {
            const text = JSON.stringify({
                ...{ id: null, namespace, max_value: limit, seconds, name: null },
                ...{ conditions, variables: Object.keys(variables) },
            });
            const remaining = (BigInt(limit) - BigInt(used) + WORDS) % WORDS;
            return what === "limits"
                ? text
                : `{"limit":${text},"set_variables":${JSON.stringify(variables)},"remaining":${remaining},"expires_in_seconds":${ends - this.now()}}`;
        });
        return `[${[...new Set(items)].join(",")}]`;
    }

    private matching(method: string, target: string, identity: unknown): { requests: Counter[]; tokens: Counter[] } {
        const request = requestOf(method, target);
        const route = ruleAt(rulesOf(this.objects), request.url_path)?.route;
        if (route === undefined) {
            return { requests: [], tokens: [] };
        }
        const input: CelInput = { request, auth: { identity: identity ?? {} } };
        const of = (policies: readonly KubeObject[]): Counter[] =>
            policies.flatMap((policy) =>
                Object.entries((policy.spec.limits ?? {}) as Record<string, LimitSpec>).flatMap(([name, limit]) =>
                    this.countersOf(nameOf(route), policy, name, limit, input),
                ),
            );
        const ofGateway = this.objects.requests.filter(({ spec }) => spec.targetRef.kind === "Gateway");
        return {
            requests: of([...ofGateway, ...this.objects.requests.filter((one) => attached(one, route))]),
            tokens: of(this.objects.tokens.filter((one) => attached(one, route))),
        };
    }

    private countersOf(
        route: string,
        policy: KubeObject,
        name: string,
        { rates = [], when = [], counters = [] }: LimitSpec,
        input: CelInput,
    ): Counter[] {
        if (!when.every(({ predicate }) => cel(predicate, input) === true)) {
            return [];
        }
        const values = counters.map(({ expression }) => cel(expression, input));
        if (values.includes(undefined)) {
            return []; // A counter without a value counts nothing.
        }
        const id = `${route} ${nameOf(policy)} ${name}`;
        const word = `${this.objects.tokens.includes(policy) ? "token" : ""}limit.${name.replace(/\W/g, "_")}__0a1b2c3d`;
        return rates.map(({ limit, window }) => {
            const key = [id, limit, window, ...values.map(String)].join(" ");
            const known = this.counters.get(key);
            if (known !== undefined && known.ends > this.now()) {
                return known;
            }
            const seconds = secondsOf(window);
            const variables = Object.fromEntries(
                counters.map(({ expression }, i) => [`descriptors[0]["${expression}"]`, String(values[i])]),
            );
            const conditions = [`descriptors[0]["${word}"] == "1"`];
            const fresh = { limit, used: 0, ends: this.now() + seconds, route, conditions, variables, seconds };
            this.counters.set(key, fresh);
            return fresh;
        });
    }
}
