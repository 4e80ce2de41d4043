/** Runs single rules in-process, with the argument proxies and the configuration defaults of the real analyzer. */
import * as policy from "@pulumi/policy";

import type { Rule } from "../../policy/rule";

/** Exported by the package, but lost from its declarations. */
const { unknownCheckingProxy } = policy as unknown as { unknownCheckingProxy<T extends object>(target: T): T };

const opts: policy.PolicyResourceOptions = {
    protect: false,
    ignoreChanges: [],
    aliases: [],
    customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
    additionalSecretOutputs: [],
} as unknown as policy.PolicyResourceOptions;

/** The engine fills these in before it configures a pack; the SDK does not. */
function configOf(rule: policy.Policy, config: Record<string, unknown>): Record<string, unknown> {
    const properties = Object.entries(rule.configSchema?.properties ?? {});
    return { ...Object.fromEntries(properties.flatMap(([k, v]) => ("default" in v ? [[k, v.default]] : []))), ...config };
}

/** What a resource rule says of one resource; unknown values are `pulumi.runtime.unknownValue`. */
export async function judge(
    rule: policy.ResourceValidationPolicy,
    type: string,
    props: Record<string, unknown>,
    config: Record<string, unknown> = {},
): Promise<string[]> {
    const violations: string[] = [];
    const args = {
        type,
        props: unknownCheckingProxy(props),
        urn: `urn:pulumi:test::test::${type}::subject`,
        name: "subject",
        opts,
        stackTags: new Map<string, string>(),
        isType: () => false,
        asType: () => undefined,
        getConfig: () => configOf(rule, config),
        notApplicable: () => {
            throw new Error("not applicable");
        },
    } as unknown as policy.ResourceValidationArgs;
    for (const validate of [rule.validateResource ?? []].flat()) {
        await validate(args, (message) => void violations.push(message));
    }
    return violations;
}

/** A resource of a stack, as stack rules see it. */
export interface Subject {
    readonly type: string;
    readonly name: string;
    readonly props?: Record<string, unknown>;
    readonly parent?: string;
    /** Types of the components around it, in its URN: `maas:platform:Platform$maas:gpu:GpuPool`. */
    readonly within?: string;
    readonly dependencies?: readonly string[];
}

/** Resources that name each other, as the analyzer hands them to a rule. */
export function resourcesOf(subjects: readonly Subject[]): policy.PolicyResource[] {
    const resources = new Map<string, any>();
    for (const { type, name, within, props = {} } of subjects) {
        resources.set(name, {
            type,
            name,
            urn: `urn:pulumi:test::test::${within === undefined ? "" : `${within}$`}${type}::${name}`,
            props: unknownCheckingProxy(props),
            opts,
            dependencies: [],
            propertyDependencies: {},
        });
    }
    for (const { name, parent, dependencies = [] } of subjects) {
        const resource = resources.get(name);
        resource.parent = parent === undefined ? undefined : resources.get(parent);
        resource.dependencies = dependencies.map((d) => resources.get(d));
    }
    return [...resources.values()] as policy.PolicyResource[];
}

/** What a stack rule says of resources that name each other. */
export async function judgeStack(
    rule: policy.StackValidationPolicy,
    subjects: readonly Subject[],
    config: Record<string, unknown> = {},
): Promise<string[]> {
    const violations: string[] = [];
    const args = {
        resources: resourcesOf(subjects),
        stackTags: new Map(),
        getConfig: () => configOf(rule, config),
    } as unknown as policy.StackValidationArgs;
    await rule.validateStack(args, (message, urn) => void violations.push(`${urn?.split("::").at(-1) ?? ""}: ${message}`));
    return violations;
}

/** What a rule says of resources, each message after the name of its resource. */
export async function findings(
    rule: Rule,
    subjects: readonly Subject[],
    config: Record<string, unknown> = {},
): Promise<string[]> {
    if ("validateStack" in rule) {
        return judgeStack(rule as policy.StackValidationPolicy, subjects, config);
    }
    const each = await Promise.all(
        subjects.map(async ({ type, name, props }) =>
            (await judge(rule as policy.ResourceValidationPolicy, type, props ?? {}, config)).map((m) => `${name}: ${m}`),
        ),
    );
    return each.flat();
}
