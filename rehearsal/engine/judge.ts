/** Runs the policies of the pack on resources, and on the whole stack. */
import type { PolicyFinding } from "../result";
import type { AnalyzedResource, Analyzer } from "./analyzer";
import type { Entry } from "./entry";
import type { Goal } from "./goal";
import type { Journal } from "./journal";
import { keepSecrets, type Values } from "../values";

export interface JudgeOptions {
    /** Resolves to undefined when there is no policy pack. */
    readonly analyzer: Promise<Analyzer | undefined>;
    readonly journal: Journal;
    /** A preview reports all findings and refuses nothing. */
    readonly dryRun: boolean;
    readonly providerOf: (goal: Goal) => AnalyzedResource["provider"];
    /** Called for each finding that fails the run. */
    readonly onMandatory: () => void;
}

export class Judge {
    /** Analyses in progress during which the program continues. */
    private readonly pending: Promise<void>[] = [];
    private broken: Error | undefined;

    constructor(private readonly options: JudgeOptions) {}

    /**
     * Runs remediations and policies on a resource. A preview without remediations continues during the analysis, and
     * {@link settled} resolves when all analyses have ended.
     *
     * @returns the inputs after remediation
     * @throws Error when a mandatory rule is broken, unless in a preview
     */
    judge(entry: Entry, inputs: Values): Promise<Values> {
        return this.withAnalyzer(inputs, async (analyzer) => {
            if (this.options.dryRun && !analyzer.remediates) {
                const analyzed = this.analyzed(entry, inputs);
                // The program waits for the answer to its resource, and the pack has time: what it is asked is written after that.
                const answered = new Promise<void>((resolve) => setImmediate(resolve));
                this.pending.push(
                    answered
                        .then(() => analyzer.analyze(analyzed))
                        .then(
                            (findings) => findings.forEach((f) => this.isMandatory(f)),
                            (error: Error) => this.breaks(error),
                        ),
                );
                return inputs;
            }
            const remediated = await analyzer.remediate(this.analyzed(entry, inputs));
            remediated.findings.forEach((f) => this.options.journal.find(f));
            const properties = keepSecrets(remediated.properties, inputs);
            const mandatory = (await analyzer.analyze(this.analyzed(entry, properties))).filter((f) => this.isMandatory(f));
            if (mandatory.length > 0 && !this.options.dryRun) {
                throw new Error(`refused by policy: ${mandatory.map((f) => `${f.rule}: ${f.message}`).join("; ")}`);
            }
            return properties;
        });
    }

    /** Resolves when all analyses have ended. A failure of the pack is reported once. */
    async settled(): Promise<void> {
        await Promise.all(this.pending);
    }

    /** Runs the policies about the whole stack, unless the pack has failed before. */
    async judgeStack(entries: readonly Entry[]): Promise<void> {
        await this.settled();
        if (this.broken !== undefined) {
            return;
        }
        await this.withAnalyzer(undefined, async (analyzer) => {
            this.options.journal.emit({ kind: "phase", phase: "policies" });
            const resources = entries.map((e) =>
                this.analyzed(e, { ...(e.checked ?? e.goal.inputs), ...(e.goal.custom && e.outputs) }),
            );
            (await analyzer.analyzeStack(resources)).forEach((f) => this.isMandatory(f));
        });
    }

    private breaks(error: Error): void {
        if (this.broken === undefined) {
            this.broken = error;
            this.options.journal.say("error", error.message);
        }
    }

    private async withAnalyzer<T>(otherwise: T, ask: (analyzer: Analyzer) => Promise<T>): Promise<T> {
        const analyzer = await this.options.analyzer;
        if (analyzer === undefined) {
            return otherwise;
        }
        const release = this.options.journal.clock.hold();
        try {
            return await ask(analyzer);
        } finally {
            setImmediate(release);
        }
    }

    private isMandatory(finding: PolicyFinding): boolean {
        // A remediation that left a violation behind counts as mandatory.
        const mandatory = finding.level === "mandatory" || finding.level === "remediate";
        this.options.journal.find(mandatory ? { ...finding, level: "mandatory" } : finding);
        if (mandatory) {
            this.options.onMandatory();
        }
        return mandatory;
    }

    private analyzed({ goal }: Entry, properties: Values): AnalyzedResource {
        const { urn, type, name, parent, dependencies, propertyDependencies, options, timeouts } = goal;
        return {
            urn,
            type,
            name,
            parent,
            properties,
            dependencies,
            propertyDependencies,
            options,
            timeouts,
            provider: this.options.providerOf(goal),
        };
    }
}
