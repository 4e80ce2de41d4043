/** How a rule is written, and what CrossGuard makes of it. */
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

/** What a stack is for; decides how strictly it is judged. */
export const profiles = ["sandbox", "development", "production"] as const;
export type Profile = (typeof profiles)[number];

/**
 * Tells of what is wrong with an object, of one that is only known by its URN, or of the stack.
 *
 * @param field the field of the object's entry in the settings that causes it. Default: the rule's `fields`
 */
export type Report = (subject: Subject | string | undefined, message: string, field?: string) => void;

/** What every rule says of itself. */
export interface RuleText {
    /** In kebab case, unique in the pack. */
    readonly name: string;
    /** What holds when the rule does. */
    readonly title: string;
    /** What happens otherwise, and why nobody notices in time. */
    readonly why: string;
    /** What to change. */
    readonly remedy: string;
    readonly severity: Severity;
    /** Where the rule comes from: facts, or an upstream document. */
    readonly source: string;
    /** The field of an entry in the settings that most likely causes a finding, by list: `{ "gpu.pools": "replicas" }`. */
    readonly fields?: Readonly<Record<string, string>>;
    /** How strictly each profile takes it. Default: mandatory, and advisory in a sandbox. */
    readonly levels?: Readonly<Record<Profile, EnforcementLevel>>;
    /** Properties of its configuration, each with a default. */
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
 * A rule that looks at one resource at a time.
 *
 * @param kinds the kinds that it looks at, or whether it looks at a type; others cost it nothing
 * @param mend what it would send instead, where that is surely safe; applied when its level is `remediate`
 */
export function resourceRule<Config>(
    text: RuleText,
    kinds: readonly string[] | ((type: string) => boolean),
    judge: (subject: Subject, report: (message: string) => void, config: Config) => void,
    mend?: (props: Record<string, Unchecked>, subject: Subject) => Record<string, Unchecked> | undefined,
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
        ...(mend !== undefined && {
            remediateResource: (args) =>
                looksAt(args.type) ? (mend({ ...args.props }, subjectOf(args)) ?? args.props) : args.props,
        }),
        text,
    };
}

/** A rule that looks at a whole stack. */
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

/** Reports a finding with the setting that caused it, unless somebody answers for it. */
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
