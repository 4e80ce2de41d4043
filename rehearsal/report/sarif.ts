/**
 * Findings as SARIF 2.1.0, the form that code scanning reads: https://docs.oasis-open.org/sarif/sarif/v2.1.0.
 *
 * A finding stands at the line of the stack file whose setting caused it; the resource is its logical location. What
 * somebody answers for exists too, as suppressed. Settings that the program refuses are findings like any other.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import * as path from "node:path";

import type { Plan, PolicyFinding, PolicyRule, WaivedFinding } from "../result";
import { nameOf } from "../engine/urn";
import { gravestFirst } from "./summary";

/** A place in a stack file; lines and columns count from 1. */
export interface SourcePosition {
    readonly line: number;
    readonly column: number;
}

/** A stack file. */
export interface StackSource {
    /** Its path from the root of its repository, or else of its project; with slashes. */
    readonly uri: string;
    /** The position of a setting, or of the nearest around it that is written down; the first line for a file without settings. */
    placeOf(setting: string | undefined): SourcePosition;
    /** The problems of the settings; empty when there are none, and for other programs. */
    readonly problems: readonly { readonly path: string; readonly message: string }[];
}

const SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";

/** Settings are no rule of a pack. */
const SETTINGS_RULE: PolicyRule = {
    name: "settings-are-valid",
    title: "The settings of the stack follow their schema and each other",
    why: "The program refuses settings that are wrong before it creates anything, so nothing of the stack can be brought up.",
    remedy: "Correct the setting at the path that the message names; docs/settings.md lists all of them.",
    severity: "high",
    level: "mandatory",
};

/** The scores by which GitHub sorts security findings: https://docs.github.com/code-security, 0 to 10. */
const scores = { low: "3.0", medium: "5.5", high: "8.0", critical: "9.5" } as const;
const levels = { mandatory: "error", advisory: "warning", remediate: "note", disabled: "none" } as const;

/**
 * The text of a SARIF file; the same result gives the same bytes.
 *
 * @param source the stack file
 */
export function sarifReport(plan: Plan, source: StackSource): string {
    const findings: readonly (PolicyFinding | WaivedFinding)[] = [
        ...source.problems.map(({ path: setting, message }): PolicyFinding => ({
            rule: SETTINGS_RULE.name,
            level: "mandatory",
            message: `${setting}: ${message}`,
            setting,
        })),
        ...gravestFirst(plan.policy),
        ...(plan.waived ?? []),
    ];
    const rules = rulesOf(plan, findings);
    const errors = plan.diagnostics.filter((d) => d.severity === "error");
    return `${JSON.stringify(
        {
            $schema: SCHEMA,
            version: "2.1.0",
            runs: [
                {
                    tool: { driver: { name: "maas", semanticVersion: version(), rules: rules.map(ruleObject) } },
                    // Findings of several stacks stand side by side.
                    automationDetails: { id: `maas/${plan.stack}/` },
                    columnKind: "utf16CodeUnits",
                    originalUriBaseIds: { "%SRCROOT%": { description: { text: "The root of the repository." } } },
                    invocations: [
                        {
                            executionSuccessful: errors.length === 0,
                            toolExecutionNotifications: errors.map(({ message, urn }) => ({
                                level: "error",
                                message: { text: message },
                                ...(urn !== undefined && { locations: [{ logicalLocations: [logical(urn)] }] }),
                            })),
                        },
                    ],
                    results: findings.map((finding) => result(finding, rules, source)),
                },
            ],
        },
        null,
        2,
    )}\n`;
}

/** All rules that were checked, and whatever else has a finding. */
function rulesOf(plan: Plan, findings: readonly (PolicyFinding | WaivedFinding)[]): PolicyRule[] {
    const rules = [SETTINGS_RULE, ...(plan.rules ?? [])];
    for (const name of new Set(findings.map((f) => f.rule))) {
        if (!rules.some((rule) => rule.name === name)) {
            rules.push({ name, title: name, why: name, remedy: "", severity: "medium", level: "advisory" });
        }
    }
    return rules;
}

function ruleObject({ name, title, why, remedy, severity, level }: PolicyRule): object {
    const help = [why, ...(remedy === "" ? [] : [`Remedy: ${remedy}`])];
    return {
        id: name,
        name: name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase()),
        shortDescription: { text: title },
        fullDescription: { text: why },
        help: { text: help.join("\n\n"), markdown: [`**${title}**`, ...help].join("\n\n") },
        defaultConfiguration: { enabled: level !== "disabled", level: level === "disabled" ? "none" : levels[level] },
        properties: { tags: ["security", "models-as-a-service"], precision: "high", "security-severity": scores[severity] },
    };
}

function result(finding: PolicyFinding | WaivedFinding, rules: readonly PolicyRule[], source: StackSource): object {
    const { rule, urn, message, setting } = finding;
    const { line, column } = source.placeOf(setting);
    const ruleIndex = rules.findIndex((r) => r.name === rule);
    const remedy = rules[ruleIndex]!.remedy;
    const where = urn === undefined ? "" : `${nameOf(urn)}: `;
    return {
        ruleId: rule,
        ruleIndex,
        level: "level" in finding ? levels[finding.level] : levels[rules[ruleIndex]!.level],
        message: { text: `${where}${message}${remedy === "" ? "" : `\nRemedy: ${remedy}`}` },
        locations: [
            {
                physicalLocation: {
                    artifactLocation: { uri: source.uri, uriBaseId: "%SRCROOT%" },
                    region: { startLine: line, startColumn: column },
                },
                ...(urn !== undefined && { logicalLocations: [logical(urn)] }),
            },
        ],
        partialFingerprints: {
            // Neither line nor figures: a finding keeps its identity when other lines or a price change.
            "maasFinding/v1": hash([rule, urn ?? "", setting ?? "", message.replace(/\d[\d.,]*/g, "#")]),
        },
        properties: { ...(setting !== undefined && { setting }) },
        ...("waiver" in finding && {
            suppressions: [
                {
                    kind: "external",
                    status: "accepted",
                    justification: `${finding.waiver.reason} (${finding.waiver.owner}, until ${finding.waiver.until})`,
                },
            ],
        }),
    };
}

function logical(urn: string): object {
    return { name: nameOf(urn), fullyQualifiedName: urn, kind: "resource" };
}

function hash(parts: readonly string[]): string {
    return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
}

function version(): string {
    const file = path.join(__dirname, "..", "..", "package.json");
    return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
