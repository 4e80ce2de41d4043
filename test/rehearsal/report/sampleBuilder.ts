/** Builds the resources of the sample. */
import type { PlannedResource, ResourceOptions } from "../../../rehearsal/result";

const project = "maas";
export const STACK = "sample";

/** A resource, and how long it takes to become ready. */
export interface Draft {
    readonly resource: PlannedResource;
    readonly wait: number;
    readonly readyWhen: string;
}

export class SampleBuilder {
    readonly drafts: Draft[] = [];
    private readonly types = new Map<string, string>();

    readonly provider: string;
    readonly platform: string;
    /** By package: the resource that says that an operator is installed. */
    readonly installed: Record<string, string> = {};
    private readonly operators: string;

    constructor() {
        this.add(`${project}-${STACK}`, "pulumi:pulumi:Stack", undefined, {}, { custom: false });
        this.provider = this.add("cluster", "pulumi:providers:kubernetes", this.root, { kubeconfig: "[secret]" });
        this.platform = this.component("platform", "maas:index:Platform", this.root);
        this.operators = this.component("operators", "maas:operators:Operators", this.platform);
    }

    get root(): string {
        return this.drafts[0]!.resource.urn;
    }

    add(
        name: string,
        type: string,
        parent: string | undefined,
        inputs: Record<string, unknown>,
        extra: { custom?: boolean; needs?: string[]; wait?: number; readyWhen?: string; options?: Partial<ResourceOptions> } = {},
    ): string {
        const parentTypes = parent === undefined || parent === this.root ? "" : `${this.types.get(parent)!}$`;
        const qualified = `${parentTypes}${type}`;
        const urn = `urn:pulumi:${STACK}::${project}::${qualified}::${name}`;
        this.types.set(urn, qualified);
        this.drafts.push({
            resource: {
                urn,
                type,
                name,
                ...(parent !== undefined && { parent }),
                inputs,
                dependencies: [...new Set(extra.needs ?? [])].sort(),
                options: { custom: extra.custom ?? true, ...extra.options },
            },
            wait: extra.wait ?? 0,
            readyWhen: extra.readyWhen ?? "accepted",
        });
        return urn;
    }

    component(name: string, type: string, parent: string): string {
        return this.add(name, type, parent, {}, { custom: false });
    }

    /** A resource of a kind of an operator. */
    cr(
        parent: string,
        apiVersion: string,
        kind: string,
        name: string,
        namespace: string | undefined,
        body: Record<string, unknown>,
        needs: string[],
        wait = 0,
        readyWhen = "accepted",
        more: Partial<ResourceOptions> = {},
    ): string {
        return this.add(name, `kubernetes:${apiVersion}:${kind}`, parent, object(apiVersion, kind, name, namespace, body), {
            needs,
            wait,
            readyWhen,
            options: { provider: this.provider, ...more },
        });
    }

    /** A resource of the core API. */
    core(
        parent: string,
        kind: string,
        name: string,
        namespace: string | undefined,
        body: Record<string, unknown>,
        needs: string[],
        wait = 0,
        more: Partial<ResourceOptions> = {},
    ): string {
        return this.add(
            `${namespace === undefined ? "" : `${namespace}-`}${name}`,
            `kubernetes:core/v1:${kind}`,
            parent,
            object("v1", kind, name, namespace, body),
            {
                needs,
                wait,
                options: { provider: this.provider, ...more },
            },
        );
    }

    /** An operator: its namespace, OperatorGroup and Subscription, and the ConfigMap that its gate records. */
    install(pkg: string, namespace: string, wait: number, after: string[] = []): void {
        const unit = this.component(pkg, "maas:operators:Operator", this.operators);
        const ns = this.core(unit, "Namespace", namespace, undefined, {}, after);
        const group = this.cr(
            unit,
            "operators.coreos.com/v1",
            "OperatorGroup",
            `${pkg}-group`,
            namespace,
            { spec: { targetNamespaces: [namespace] } },
            [ns],
        );
        const sub = this.cr(
            unit,
            "operators.coreos.com/v1alpha1",
            "Subscription",
            `${pkg}-subscription`,
            namespace,
            { spec: { name: pkg, source: "redhat-operators", installPlanApproval: "Manual" } },
            [ns, group],
        );
        this.installed[pkg] = this.core(
            unit,
            "ConfigMap",
            `${pkg}-installed`,
            namespace,
            { data: { csv: `${pkg}.v1.0.0` } },
            [sub, ns],
            wait,
            { hooks: { beforeCreate: [`${pkg}-gate`], beforeUpdate: [`${pkg}-gate`] } },
        );
    }
}

export function object(
    apiVersion: string,
    kind: string,
    name: string,
    namespace?: string,
    body: Record<string, unknown> = {},
): Record<string, unknown> {
    return { apiVersion, kind, metadata: { name, ...(namespace !== undefined && { namespace }) }, ...body };
}
