/**
 * How long the policy pack takes for 2,000 resources: the real pack in its process, asked over Pulumi's analyzer protocol as
 * the engine asks it. `npm run bench:policy`
 *
 * Exits with 1 when the whole takes more than 3 s, the median resource more than 1 ms, or the rules grow faster than the stack.
 */
import * as path from "node:path";

import { type AnalyzedResource, Analyzer } from "../rehearsal/engine/analyzer";
import { readProject, readStackConfig } from "../rehearsal/engine/project";
import { UNKNOWN, type Value, type Values } from "../rehearsal/values";
import { plan } from "../rehearsal/plan";
import type { PlannedResource } from "../rehearsal/result";

const SIZES = [500, 1000, 2000] as const;
const BUDGET = { milliseconds: 3000, medianMilliseconds: 1 };
const root = path.dirname(__dirname);
const stack = "code-assistant";

/** There is one of each on a cluster. */
const ONCE = /:(GatewayClass|Gateway|Kuadrant|DataScienceCluster|RateLimitPolicy|Route|Stack)$|Patch$/;

/**
 * So many resources: the stack, and the parts of it that there can be many of, again and again under other names. Each copy
 * refers to its own.
 */
function many(resources: readonly PlannedResource[], size: number): AnalyzedResource[] {
    const nameOf = ({ inputs }: PlannedResource): unknown => (inputs["metadata"] as { name?: unknown } | undefined)?.name;
    const repeated = resources.filter(({ type }) => !ONCE.test(type));
    const names = new Set(repeated.map(nameOf).filter((name) => name !== undefined));
    const urns = new Set(repeated.map(({ urn }) => urn));
    const groups = /^tier-[a-z]+-users$/;
    const copyOf = (resource: PlannedResource, copy: number): AnalyzedResource => {
        const urn = (text: string): string => (urns.has(text) && copy > 0 ? `${text}-${copy}` : text);
        const text = (value: string): string =>
            copy > 0 && (names.has(value) || groups.test(value)) ? `${value}-${copy}` : value;
        const { type, name, parent, inputs, dependencies } = resource;
        return {
            urn: urn(resource.urn),
            type,
            name: copy > 0 ? `${name}-${copy}` : name,
            parent: parent === undefined ? undefined : urn(parent),
            properties: valueOf(inputs, text) as Values,
            dependencies: dependencies.map(urn),
            propertyDependencies: {},
            options: { custom: true },
            timeouts: {},
        };
    };
    return [
        ...resources.map((resource) => copyOf(resource, 0)),
        ...Array.from({ length: size - resources.length }, (_, i) =>
            copyOf(repeated[i % repeated.length]!, 1 + Math.floor(i / repeated.length)),
        ),
    ];
}

/** What a plan shows as unknown is unknown again. */
function valueOf(shown: unknown, text: (value: string) => string): Value {
    if (typeof shown === "string") {
        return shown === "[unknown]" ? UNKNOWN : text(shown);
    }
    if (Array.isArray(shown)) {
        return shown.map((item) => valueOf(item, text));
    }
    return typeof shown === "object" && shown !== null
        ? Object.fromEntries(Object.entries(shown).map(([key, value]) => [key, valueOf(value, text)]))
        : (shown as Value);
}

interface Measure {
    readonly size: number;
    /** Milliseconds of the median resource, of all of them and of the stack as a whole. */
    readonly median: number;
    readonly each: number;
    readonly whole: number;
    readonly findings: number;
}

async function measure(analyzer: Analyzer, resources: readonly AnalyzedResource[]): Promise<Measure> {
    const times: number[] = [];
    let findings = 0;
    const begun = performance.now();
    for (const resource of resources) {
        const before = performance.now();
        findings += (await analyzer.analyze(resource)).length;
        times.push(performance.now() - before);
    }
    const each = performance.now() - begun;
    findings += (await analyzer.analyzeStack(resources)).length;
    const whole = performance.now() - begun - each;
    return { size: resources.length, median: times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!, each, whole, findings };
}

async function main(): Promise<void> {
    const project = readProject(root);
    const { resources } = await plan({ projectDir: root, stack });
    const analyzer = await Analyzer.start({
        pack: path.join(root, "policy"),
        project,
        stack,
        stackConfig: readStackConfig(project, stack),
        organization: "organization",
        dryRun: true,
        address: "127.0.0.1:0",
    });
    try {
        await measure(analyzer, many(resources, 300)); // The first answers compile the rules.
        const results: Measure[] = [];
        process.stdout.write("resources  ms total  ms per resource (median)  ms of stack rules  findings\n");
        for (const size of SIZES) {
            // The best of three: what else the machine does is not measured.
            const runs = [];
            for (let i = 0; i < 3; i++) {
                runs.push(await measure(analyzer, many(resources, size)));
            }
            const result = runs.sort((a, b) => a.each + a.whole - b.each - b.whole)[0]!;
            results.push(result);
            const cells = [
                size,
                Math.round(result.each + result.whole),
                result.median.toFixed(2),
                Math.round(result.whole),
                result.findings,
            ];
            process.stdout.write(`${cells.map((c, i) => String(c).padStart([9, 8, 24, 17, 8][i]!)).join("  ")}\n`);
        }
        const [small, , large] = results as [Measure, Measure, Measure];
        const say = (wrong: boolean, text: string): void => {
            if (wrong) {
                process.stdout.write(`${text}\n`);
                process.exitCode = 1;
            }
        };
        say(large.each + large.whole > BUDGET.milliseconds, `over the budget of ${BUDGET.milliseconds} ms`);
        say(large.median > BUDGET.medianMilliseconds, `over the budget of ${BUDGET.medianMilliseconds} ms for a resource`);
        // Four times the resources: linear is 4, quadratic 16.
        say(large.whole > 8 * Math.max(small.whole, 50), "the rules of the stack grow faster than the stack");
    } finally {
        await analyzer.close();
    }
}

void main();
