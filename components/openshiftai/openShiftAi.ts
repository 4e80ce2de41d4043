import type { ConfigMap } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import type { AiComponent } from "../../catalogue/openshiftai/aiComponents";
import type { Release } from "../../catalogue/releases";
import { DataScienceCluster } from "../../kinds/datasciencecluster.opendatahub.io";
import { describedBy } from "../component";
import { gate } from "../gate";
import type { Kube } from "../kube";
import { type ComponentFields, componentsSpec } from "./componentsSpec";

/** Arguments of {@link OpenShiftAi}. All are plain: they decide which fields the DataScienceCluster has. */
export interface OpenShiftAiArgs {
    readonly release: Release;
    /** The components that run. Their operators, and for Models-as-a-Service its gateway and its database, must exist first. */
    readonly components: ReadonlySet<AiComponent>;
    /** Fields of components beside `managementState`. */
    readonly fields: ComponentFields;
}

/**
 * OpenShift AI with its components. Ready when all components are, Models-as-a-Service included.
 * Source: docs/sources/openshift-ai.md#components, docs/sources/maas.md#switch.
 */
export class OpenShiftAi extends pulumi.ComponentResource {
    /** Name of the DataScienceCluster. */
    public readonly dataScienceCluster: pulumi.Output<string>;

    constructor(name: string, args: OpenShiftAiArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("maas:serving:OpenShiftAi", name, describedBy(args), opts);
        const { release, components, fields } = args;
        const parent = { parent: this };
        const cluster = new DataScienceCluster(
            `${name}-components`,
            {
                metadata: { name: "default-dsc" },
                spec: { components: componentsSpec(release, components, fields) },
            },
            components.has("pipelines") ? { ...parent, dependsOn: [noOtherArgo(name, parent)] } : parent,
        );
        this.dataScienceCluster = cluster.metadata.name;
        this.registerOutputs({ dataScienceCluster: this.dataScienceCluster });
    }
}

const WORKFLOWS = "workflows.argoproj.io";

/** Refuses a cluster with another Argo Workflows, with which the component stays unready for half an hour and gives no reason. */
function noOtherArgo(name: string, opts: pulumi.CustomResourceOptions): ConfigMap {
    return gate(
        `${name}-no-other-argo`,
        {
            kind: "no-other-owner",
            until: "no other owner has installed Argo Workflows",
            record: { crd: WORKFLOWS },
            check: refuseOtherArgo,
        },
        opts,
    );
}

/** @throws Error when Argo's CRD exists and OpenShift AI has not created it */
async function refuseOtherArgo(kube: Kube): Promise<void> {
    const crd = await kube.get({ apiVersion: "apiextensions.k8s.io/v1", plural: "customresourcedefinitions" }, WORKFLOWS);
    const labels = (crd?.metadata as { labels?: Record<string, string> } | undefined)?.labels ?? {};
    if (crd !== undefined && labels["app.opendatahub.io/data-science-pipelines-operator"] !== "true") {
        throw new Error(
            `openshiftAi.components.pipelines: CRD ${WORKFLOWS} already exists and does not belong to OpenShift AI; ` +
                "remove the other installation of Argo Workflows, or remove pipelines",
        );
    }
}
