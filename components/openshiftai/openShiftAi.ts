import type { ConfigMap } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import { DataScienceCluster } from "../../kinds/datasciencecluster.opendatahub.io";
import { gate } from "../gate";
import type { Release } from "../../catalogue/releases";
import type { AiComponent } from "../../catalogue/openshiftai/aiComponents";
import { type ComponentFields, componentsSpec } from "./componentsSpec";

/** What of OpenShift AI is switched on. */
export interface OpenShiftAiArgs {
    readonly release: Release;
    /** The components that run. What each needs must be there first: operators, and for MaaS its gateway and its database. */
    readonly components: ReadonlySet<AiComponent>;
    /** What their switches carry beside their state. */
    readonly fields: ComponentFields;
}

/**
 * OpenShift AI with the components of the platform. Ready when all of them are, Models-as-a-Service included; that one
 * needs its gateway and its database first.
 * Source: docs/sources/openshift-ai.md#components, docs/sources/maas.md#switch.
 */
export class OpenShiftAi extends pulumi.ComponentResource {
    constructor(name: string, args: OpenShiftAiArgs, opts: pulumi.ComponentResourceOptions) {
        super("maas:serving:OpenShiftAi", name, {}, opts);
        const { release, components, fields } = args;
        const parent = { parent: this };
        new DataScienceCluster(
            `${name}-components`,
            {
                metadata: { name: "default-dsc" },
                spec: { components: componentsSpec(release, components, fields) },
            },
            components.has("pipelines") ? { ...parent, dependsOn: [noOtherArgo(name, parent)] } : parent,
        );
        this.registerOutputs({});
    }
}

/** The component would not become ready for half an hour, and say no more than that: asked first, it is told at once. */
function noOtherArgo(name: string, opts: pulumi.CustomResourceOptions): ConfigMap {
    return gate(
        `${name}-no-other-argo`,
        {
            kind: "nobody-elses",
            until: "Argo Workflows are nobody else's",
            record: { crd: "workflows.argoproj.io" },
            check: async (kube) => {
                const crds = { apiVersion: "apiextensions.k8s.io/v1", plural: "customresourcedefinitions" };
                const crd = await kube.get(crds, "workflows.argoproj.io");
                const labels = (crd?.metadata as { labels?: Record<string, string> } | undefined)?.labels ?? {};
                if (crd !== undefined && labels["app.opendatahub.io/data-science-pipelines-operator"] !== "true") {
                    throw new Error(
                        "openshiftAi.components.pipelines: CRD workflows.argoproj.io is there already and not OpenShift AI's; " +
                            "remove the other Argo Workflows, or leave pipelines out",
                    );
                }
            },
        },
        opts,
    );
}
