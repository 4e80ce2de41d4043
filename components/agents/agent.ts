import { createHash } from "node:crypto";

import { DeploymentPatch } from "@pulumi/kubernetes/apps/v1";
import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import { EXPECTED_DEPLOYMENT, EXPECTED_LABEL } from "../../catalogue/records";
import type { AgentSettings } from "../../stacks/schema";
import { gate, RECORDS_NAMESPACE } from "../gate";
import type { Kube } from "../kube";

const THERE_MINUTES = 5;
/** The key of the Secret with the API key. */
export const KEY = "API_KEY";

/** What leads an application to a model. */
export interface AgentArgs {
    readonly agent: AgentSettings;
    /** The OpenAI-compatible endpoint of its model. */
    readonly url: string;
}

/** The Secret in which an agent finds its key. */
export function keySecretOf({ name, keySecret }: Pick<AgentSettings, "name" | "keySecret">): string {
    return keySecret ?? `${name}-maas-key`;
}

/**
 * Leads an application that is there already to a model of the platform: a ConfigMap with address and model, a Secret with
 * the key, which its owner brings, and three variables of one container that read them. When the stack goes the variables
 * go too, and the application is as it was.
 * Source: docs/sources/maas.md#calling-a-model.
 */
export class Agent extends pulumi.ComponentResource {
    constructor(name: string, { agent, url }: AgentArgs, opts: pulumi.ComponentResourceOptions) {
        super("maas:agents:Agent", name, {}, opts);
        const { namespace, variables, model } = agent;
        const deployment = agent.deployment ?? agent.name;
        const record = { namespace, deployment, container: agent.container ?? deployment };
        const expected = new ConfigMap(
            `${name}-expected`,
            {
                metadata: {
                    name: `${name}-expected`,
                    namespace: RECORDS_NAMESPACE,
                    labels: { [EXPECTED_LABEL]: EXPECTED_DEPLOYMENT },
                },
                data: record,
            },
            { parent: this },
        );
        const there = gate(
            `${name}-there`,
            {
                kind: "object-exists",
                until: `Deployment ${namespace}/${deployment} is there`,
                record,
                check: (kube) => deploymentThere(kube, agent.name, record),
            },
            { parent: this, dependsOn: expected },
        );
        const data = { [variables.url]: url, [variables.model]: model };
        const config = new ConfigMap(
            `${name}-config`,
            { metadata: { name: `${agent.name}-maas`, namespace }, data },
            { parent: this, dependsOn: there },
        );
        const secret = keySecretOf(agent);
        new DeploymentPatch(
            `${name}-rewired`,
            {
                metadata: {
                    name: deployment,
                    namespace,
                    annotations: {
                        // Its pods start when the key is there, and that is brought with the platform running.
                        "pulumi.com/skipAwait": "true",
                        // Variables of these names were its owner's.
                        "pulumi.com/patchForce": "true",
                    },
                },
                spec: {
                    template: {
                        metadata: { annotations: { "maas-platform.io/model-address": hashOf(data) } },
                        spec: {
                            containers: [
                                {
                                    name: record.container,
                                    env: [
                                        ...[variables.url, variables.model].map((variable) => ({
                                            name: variable,
                                            valueFrom: { configMapKeyRef: { name: config.metadata.name, key: variable } },
                                        })),
                                        { name: variables.key, valueFrom: { secretKeyRef: { name: secret, key: KEY } } },
                                    ],
                                },
                            ],
                        },
                    },
                },
            },
            { parent: this },
        );
        this.registerOutputs({});
    }
}

/** @throws Error when it is not there, or has no such container: the patch would make half a Deployment of it */
async function deploymentThere(
    kube: Kube,
    agent: string,
    { namespace, deployment, container }: { namespace: string; deployment: string; container: string },
): Promise<void> {
    const containers = await kube.until(
        { apiVersion: "apps/v1", plural: "deployments", namespace },
        deployment,
        (object) =>
            (
                object?.spec as { template: { spec: { containers: { name: string }[] } } } | undefined
            )?.template.spec.containers.map(({ name }) => name),
        (await kube.now()) + THERE_MINUTES * 60_000,
    );
    if (containers === undefined) {
        throw new Error(`agent ${agent}: there is no Deployment ${namespace}/${deployment}; correct agents, or deploy it first`);
    }
    if (!containers.includes(container)) {
        throw new Error(
            `agent ${agent}: Deployment ${namespace}/${deployment} has no container ${container}; expected one of ${containers.join(", ")}`,
        );
    }
}

/** Changes when what its pods read does: a ConfigMap alone restarts nothing. */
function hashOf(data: Readonly<Record<string, string>>): string {
    return createHash("sha256").update(JSON.stringify(data)).digest("hex").slice(0, 16);
}
