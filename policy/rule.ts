/** Defines rules, and converts them to CrossGuard policies. */
import type {
    EnforcementLevel,
    PolicyConfigSchema,
    ResourceValidationPolicy,
    Severity,
    StackValidationPolicy,
} from "@pulumi/policy";

import { textOf, waivedTextOf } from "../catalogue/findings";
import { settingOf } from "./setting";
import { kindOf, type Stack, stackOf, type Subject, subjectOf, type Unchecked } from "./subject";
import { rememberWaived } from "./waived";
import { type Waiver, waiverFor, waiversSchema } from "./waiver";

/** The purpose of a stack; it selects the enforcement levels. */
export const profiles = ["sandbox", "development", "production"] as const;
export type Profile = (typeof profiles)[number];

/**
 * Reports a finding about a resource, about a resource with only its URN known, or about the stack.
 *
 * @param field the field of the settings entry that causes the finding. Default: the rule's `fields`
 */
export type Report = (subject: Subject | string | undefined, message: string, field?: string) => void;

/** The description of a rule. */
export interface RuleText {
    /** In kebab case, unique in the pack. */
    readonly name: string;
    /** The requirement, as a sentence. */
    readonly title: string;
    /** The consequence if the requirement is not met, and why nobody notices in time. */
    readonly why: string;
    /** The change to make. */
    readonly remedy: string;
    readonly severity: Severity;
    /** The source of the rule: a page of docs/sources, or an upstream document. */
    readonly source: string;
    /** For each list in the settings, the field of an entry that most likely causes a finding: `{ "gpu.pools": "replicas" }`. */
    readonly fields?: Readonly<Record<string, string>>;
    /** Enforcement level for each profile. Default: mandatory, and advisory in a sandbox. */
    readonly levels?: Readonly<Record<Profile, EnforcementLevel>>;
    /** Configuration properties, each with a default. */
    readonly config?: PolicyConfigSchema["properties"];
}

/** A rule of the pack. */
export type ResourceRule = ResourceValidationPolicy & { readonly text: RuleText };
export type StackRule = StackValidationPolicy & { readonly text: RuleText };
export type Rule = ResourceRule | StackRule;

const USUAL: Readonly<Record<Profile, EnforcementLevel>> = {
    sandbox: "advisory",
    development: "mandatory",
    production: "mandatory",
};

/** The level of a rule in a profile. */
export function levelOf(text: RuleText, profile: Profile): EnforcementLevel {
    return (text.levels ?? USUAL)[profile];
}

/**
 * Creates a rule that validates each resource alone.
 *
 * @param kinds the kinds that the rule validates, or a predicate on the type token; other resources are skipped
 * @param remediate returns corrected properties if that is certainly safe; applied if the level is `remediate`
 */
export function resourceRule<Config>(
    text: RuleText,
    kinds: readonly string[] | ((type: string) => boolean),
    judge: (subject: Subject, report: (message: string) => void, config: Config) => void,
    remediate?: (props: Record<string, Unchecked>, subject: Subject) => Record<string, Unchecked> | undefined,
): ResourceRule {
    const looksAt = typeof kinds === "function" ? kinds : (type: string) => isKubernetes(type) && kinds.includes(kindOf(type));
    return {
        ...described(text),
        validateResource: (args, report) => {
            if (looksAt(args.type)) {
                const subject = subjectOf(args);
                const config = args.getConfig<Config & { waivers?: readonly Waiver[] }>();
                judge(subject, (message) => told(text, subject, message, config.waivers, (m) => report(m)), config);
            }
        },
        ...(remediate !== undefined && {
            remediateResource: (args) =>
                looksAt(args.type) ? (remediate({ ...args.props }, subjectOf(args)) ?? args.props) : args.props,
        }),
        text,
    };
}

/** Creates a rule that validates a whole stack. */
export function stackRule<Config>(text: RuleText, judge: (stack: Stack, report: Report, config: Config) => void): StackRule {
    return {
        ...described(text),
        validateStack: (args, report) => {
            const config = args.getConfig<Config & { waivers?: readonly Waiver[] }>();
            judge(
                stackOf(args.resources),
                (about, message, field) => {
                    if (typeof about === "string") {
                        report(message, about);
                    } else {
                        told(text, about, message, config.waivers, (m) => report(m, about?.urn), field);
                    }
                },
                config,
            );
        },
        text,
    };
}

function isKubernetes(type: string): boolean {
    return type.startsWith("kubernetes:");
}

function described(text: RuleText): Omit<StackValidationPolicy, "validateStack"> {
    return {
        name: text.name,
        displayName: text.title,
        description: text.why,
        remediationSteps: text.remedy,
        severity: text.severity,
        enforcementLevel: levelOf(text, "development"),
        configSchema: { properties: { ...text.config, waivers: waiversSchema } },
    };
}

/** Reports a finding with the setting that causes it, unless a waiver accepts it. */
function told(
    text: RuleText,
    subject: Subject | undefined,
    message: string,
    waivers: readonly Waiver[] | undefined,
    report: (message: string) => void,
    field?: string,
): void {
    const setting = subject && settingOf(subject.urn, subject.parent, field ?? text.fields);
    const said = { message, ...(setting !== undefined && { setting }) };
    const { waiver, note } = waiverFor(waivers ?? [], subject);
    if (waiver === undefined) {
        report(`${textOf(said)}${note}`);
    } else {
        rememberWaived(subject?.urn, waivedTextOf({ rule: text.name, ...said, waiver }));
    }
}
