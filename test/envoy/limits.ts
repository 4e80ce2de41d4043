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
}

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
                    this.countersOf(`${nameOf(route)} ${nameOf(policy)} ${name}`, limit, input),
                ),
            );
        const ofGateway = this.objects.requests.filter(({ spec }) => spec.targetRef.kind === "Gateway");
        return {
            requests: of([...ofGateway, ...this.objects.requests.filter((one) => attached(one, route))]),
            tokens: of(this.objects.tokens.filter((one) => attached(one, route))),
        };
    }

    private countersOf(id: string, { rates = [], when = [], counters = [] }: LimitSpec, input: CelInput): Counter[] {
        if (!when.every(({ predicate }) => cel(predicate, input) === true)) {
            return [];
        }
        const values = counters.map(({ expression }) => cel(expression, input));
        if (values.includes(undefined)) {
            return []; // A counter without a value counts nothing.
        }
        return rates.map(({ limit, window }) => {
            const key = [id, limit, window, ...values.map(String)].join(" ");
            const known = this.counters.get(key);
            if (known !== undefined && known.ends > this.now()) {
                return known;
            }
            const fresh = { limit, used: 0, ends: this.now() + secondsOf(window) };
            this.counters.set(key, fresh);
            return fresh;
        });
    }
}
