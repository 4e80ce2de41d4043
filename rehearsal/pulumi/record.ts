/** Turns the events and the state of the real engine into what a rehearsal reports. */
import type { EngineEvent } from "@pulumi/pulumi/automation";

import type { Refusal } from "../apiserver/strict";
import { criticalPath } from "../engine/graph";
import type { KubeObject } from "../cluster/cluster";
import { compareText, type Journal, toMilliseconds } from "../engine/journal";
import { NEVER_READY } from "../engine/outcome";
import { nameOf, STACK_TYPE, typeOf } from "../engine/urn";
import { judgement } from "../findings";
import { gatesOf } from "../providers/kubernetes/gates";
import type { Rehearsal, TimelineEntry, PolicyRule } from "../result";
import type { Outcome } from "./engine";
import { hooksOf, isDefaultProvider, planned, requirements, shown } from "./planned";
import type { StateResource } from "./protocol";

/** Operations on resources, by their names in the result. */
const OPERATIONS: Readonly<Record<string, string>> = {
    create: "create",
    update: "update",
    same: "same",
    read: "read",
    import: "import",
    delete: "delete",
    replace: "replace",
    "create-replacement": "replace",
    "delete-replaced": "replace",
    "import-replacement": "replace",
    "read-replacement": "replace",
};

const SEVERITIES: Readonly<Record<string, "info" | "warning" | "error">> = {
    info: "info",
    "info#err": "info",
    warning: "warning",
    error: "error",
};
/** Results leave out which of two installed plugins serves. */
const AMBIENT_PLUGIN = /^using pulumi-\S+ from \$PATH/;

interface Step {
    readonly start: number;
    end: number;
    operation: string;
    done: boolean;
    /** Inputs, as the engine shows them. */
    inputs: Record<string, unknown> | undefined;
}

/** Collects one run of the engine. */
export class RunRecord {
    private readonly steps = new Map<string, Step>();
    private readonly failures = new Set<string>();
    private before: readonly StateResource[] = [];

    /**
     * @param before the state that the run begins with
     */
    constructor(
        private readonly journal: Journal,
        private readonly action: "preview" | "up" | "destroy",
        before: readonly StateResource[],
    ) {
        this.before = before;
    }

    /** Takes one event of the engine, at the moment at which it comes. */
    hear(event: EngineEvent): void {
        const { journal } = this;
        if (event.resourcePreEvent !== undefined) {
            const { op, urn, new: made } = event.resourcePreEvent.metadata;
            this.begin(urn, op, made?.inputs);
        } else if (event.resOutputsEvent !== undefined) {
            const { op, urn } = event.resOutputsEvent.metadata;
            this.end(urn, op);
        } else if (event.resOpFailedEvent !== undefined) {
            const { urn, op } = event.resOpFailedEvent.metadata;
            this.begin(urn, op);
            this.failures.add(urn);
            const step = this.steps.get(urn);
            if (step !== undefined) {
                step.end = journal.now();
            }
            journal.emit({ kind: "failed", urn, message: `${op} failed` });
        } else if (event.policyEvent !== undefined) {
            const { policyName, enforcementLevel, message, resourceUrn } = event.policyEvent;
            journal.find({
                rule: policyName,
                level: enforcementLevel === "mandatory" ? "mandatory" : "advisory",
                ...(resourceUrn !== undefined &&
                    resourceUrn !== "" &&
                    typeOf(resourceUrn) !== STACK_TYPE && { urn: resourceUrn }),
                message: plain(message),
            });
        } else if (event.diagnosticEvent !== undefined) {
            const { message, urn, ephemeral } = event.diagnosticEvent;
            const severity = SEVERITIES[event.diagnosticEvent.severity];
            const text = plain(message).trim();
            // Debug messages hold secrets in clear text: they go nowhere.
            if (text === "" || severity === undefined || AMBIENT_PLUGIN.test(text)) {
                return;
            }
            if (ephemeral !== true) {
                journal.say(severity, text, urn);
            } else if (urn !== undefined && urn !== "") {
                journal.emit({ kind: "waiting", urn, message: text });
            }
        }
    }

    private begin(urn: string, op: string, inputs?: Record<string, unknown>): void {
        const operation = this.operationOf(op);
        if (operation === undefined || isDefaultProvider(urn)) {
            return;
        }
        const known = this.steps.get(urn);
        if (known === undefined) {
            this.steps.set(urn, { start: this.journal.now(), end: this.journal.now(), operation, done: false, inputs });
            this.journal.emit({ kind: "started", urn, type: typeOf(urn), name: nameOf(urn) });
        } else {
            known.operation = known.operation === "replace" ? "replace" : operation;
            known.inputs ??= inputs;
        }
    }

    private end(urn: string, op: string): void {
        this.begin(urn, op);
        const step = this.steps.get(urn);
        if (step !== undefined && this.operationOf(op) !== undefined) {
            step.end = this.journal.now();
            step.done = true;
            this.journal.emit({ kind: "ready", urn, operation: step.operation, readyWhen: this.readyWhen(urn, step, undefined) });
        }
    }

    /** A program that runs for the delete hooks of a destroy registers what exists: nothing is done by that. */
    private operationOf(op: string): string | undefined {
        return this.action === "destroy" && op === "same" ? undefined : OPERATIONS[op];
    }

    /** The result of the run. @param rules those that were checked; undefined without a policy pack */
    result(
        stack: string,
        outcome: Outcome,
        refused: readonly Refusal[],
        rules: readonly PolicyRule[] | undefined = undefined,
    ): Rehearsal {
        const destroyed = this.action === "destroy";
        const states = outcome.resources.filter((r) => r.delete !== true && !isDefaultProvider(r.urn));
        const known = destroyed ? this.before : states;
        const timeline = this.timeline(known);
        for (const refusal of refused) {
            const urn = this.urnOf(refusal, known);
            // Whoever meets a conflict looks again and repeats; in a preview a namespace may yet have to be made. Both are
            // refusals only where they were the end of it.
            const isFinal = urn !== undefined && this.failures.has(urn);
            if ((refusal.reason !== "Conflict" && !refusal.dryRun) || isFinal) {
                this.journal.reject({
                    urn: urn ?? stackUrn([...this.steps.keys()]) ?? "",
                    object: refusal.object,
                    reason: refusal.reason,
                    message: refusal.message,
                });
            }
        }
        if (outcome.error !== undefined && !this.journal.failed) {
            this.journal.say("error", outcome.error);
        }
        // A component exists for its children from the start, however long they take.
        const isUp = new Map(known.map((r) => [r.urn, r.custom !== true && !destroyed]));
        const ends = new Map(timeline.map((t) => [t.urn, isUp.get(t.urn) === true ? t.start : t.end]));
        return {
            stack,
            resources: destroyed ? [] : states.map(planned).sort((a, b) => compareText(a.urn, b.urn)),
            outputs: destroyed ? {} : outcome.outputs,
            ...judgement(this.journal.findings, rules),
            diagnostics: this.journal.diagnostics,
            cluster: "api-server",
            engine: "pulumi",
            operations: [...this.steps]
                .filter(([, s]) => s.done)
                .map(([urn, { operation }]) => ({ urn, operation }))
                .sort((a, b) => compareText(a.urn, b.urn)),
            timeline,
            criticalPath: criticalPath(
                known
                    .filter((r) => ends.has(r.urn))
                    .map((r) => ({
                        urn: r.urn,
                        end: ends.get(r.urn)!,
                        after: destroyed
                            ? known.filter((d) => requirements(d).includes(r.urn)).map((d) => d.urn)
                            : requirements(r),
                    })),
                new Set(known.filter((r) => r.type === STACK_TYPE).map((r) => r.urn)),
            ),
            totalSeconds: Math.max(0, ...timeline.map((t) => t.end)),
            rejected: this.journal.rejections,
            succeeded: outcome.error === undefined && this.failures.size === 0,
        };
    }

    /** A component ends with the last of its children. */
    private timeline(states: readonly StateResource[]): TimelineEntry[] {
        const byUrn = new Map(states.map((s) => [s.urn, s]));
        const children = new Map<string, string[]>();
        for (const { urn, parent } of states) {
            if (parent !== undefined) {
                children.set(parent, [...(children.get(parent) ?? []), urn]);
            }
        }
        const end = (urn: string): number =>
            Math.max(
                this.steps.get(urn)?.end ?? 0,
                ...(byUrn.get(urn)?.custom === true || this.action === "destroy" ? [] : (children.get(urn) ?? []).map(end)),
            );
        // The wall time that the engine and the program take to start is no part of the bring-up.
        const begin = Math.min(...[...this.steps].filter(([urn]) => typeOf(urn) !== STACK_TYPE).map(([, s]) => s.start));
        const since = (seconds: number): number => toMilliseconds(Math.max(0, seconds - (Number.isFinite(begin) ? begin : 0)));
        return [...this.steps]
            .map(([urn, step]) => ({
                urn,
                start: since(step.start),
                end: since(end(urn)),
                readyWhen: this.failures.has(urn) ? NEVER_READY : this.readyWhen(urn, step, byUrn.get(urn)),
            }))
            .sort((a, b) => a.start - b.start || compareText(a.urn, b.urn));
    }

    private readyWhen(urn: string, step: Step, state: StateResource | undefined): string {
        if (step.operation === "same") {
            return "unchanged";
        }
        if (step.operation === "delete") {
            return "deleted";
        }
        if (step.operation === "read") {
            return "read";
        }
        const hooks = (hooksOf(state)[step.operation === "update" ? "beforeUpdate" : "beforeCreate"] ?? []).map(
            (name) => `hook ${name}`,
        );
        const inputs = state?.inputs ?? step.inputs;
        let gates: string[] = [];
        if (typeOf(urn).startsWith("kubernetes:") && inputs?.["kind"] !== undefined) {
            try {
                gates = gatesOf(shown(inputs) as KubeObject, step.operation !== "update").gates.map((g) => g.text);
            } catch {
                // The provider has refused them; its error is reported elsewhere.
            }
        }
        return [...hooks, ...gates].join(", ") || "accepted";
    }

    private urnOf(refusal: Refusal, states: readonly StateResource[]): string | undefined {
        const inputs = [
            ...[...this.steps].map(([urn, s]) => ({ urn, inputs: s.inputs })),
            ...states.map((s) => ({ urn: s.urn, inputs: s.inputs })),
        ];
        return inputs.find(({ inputs: object }) => {
            const metadata = object?.["metadata"] as { name?: unknown; namespace?: unknown } | undefined;
            const isKind = object?.["kind"] === refusal.kind || refusal.method === "DELETE";
            return (
                metadata?.name === refusal.name &&
                object?.["apiVersion"] === refusal.apiVersion &&
                isKind &&
                (refusal.namespace === undefined || metadata?.namespace === refusal.namespace)
            );
        })?.urn;
    }
}

function stackUrn(urns: readonly string[]): string | undefined {
    return urns.find((u) => typeOf(u) === STACK_TYPE);
}

/** Messages without the marks of colours. */
function plain(text: string): string {
    return text.replace(/<\{%[^%]*%\}>/g, "").replace(/\u001b\[[0-9;]*m/g, "");
}
