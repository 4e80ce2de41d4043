import { createHash } from "node:crypto";

import { DeploymentPatch } from "@pulumi/kubernetes/apps/v1";
import { ConfigMap, ConfigMapPatch } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";

import { EXPECTED_DEPLOYMENT, EXPECTED_LABEL } from "../../catalogue/records";
import type { AgentSettings } from "../../stacks/schema";
import { describedBy } from "../component";
import { gate, RECORDS_NAMESPACE } from "../gate";
import type { Kube } from "../kube";
import { authorities, BUNDLE, BUNDLE_FOLDER } from "../authorities";
import { untilObject } from "../untilObject";
import { formerName } from "../formerName";

const MINUTES = 5;

/** Arguments of {@link Agent}. */
export interface AgentArgs {
    /** The application. Plain: a gate looks for its Deployment, which is patched. */
    readonly agent: AgentSettings;
    /** The OpenAI-compatible endpoint of its model. */
    readonly url: pulumi.Input<string>;
    /** Name of the model in requests. */
    readonly servedName: string;
    /** Authority of the gateway's certificate, where the cluster does not trust it. */
    readonly authority?: { readonly name: string; readonly namespace: string } | undefined;
    /** Whether the certificate is from an authority that everybody trusts: then the agent needs none. Default false. */
    readonly publicAuthority?: boolean | undefined;
}

/** The container of a Deployment that others have created. */
interface AgentDeployment {
    readonly namespace: string;
    readonly deployment: string;
    readonly container: string;
}

/** Name of the Secret with the API key of an agent. */
export function keySecretOf({ name, keySecret }: Pick<AgentSettings, "name" | "keySecret">): string {
    return keySecret ?? `${name}-maas-key`;
}

/**
 * Connects an existing application to a model of the platform: a ConfigMap with the URL and the model's name (its own, or one that
 * the application has), a Secret with the key, which its owner creates, and environment variables of one container that read them.
 * Unless the gateway's certificate is from a public authority, the container also gets a file with the authorities, and the variables by which OpenSSL, Python and Node find
 * it. When the stack is destroyed the variables are removed, and the application is as it was.
 * Source: docs/sources/maas.md#calling-a-model.
 */
export class Agent extends pulumi.ComponentResource {
    /** Name of the ConfigMap with the URL and the model's name. */
    public readonly configMap: pulumi.Output<string>;
    /** Name of the Secret with the API key. */
    public readonly keySecret: string;

    constructor(name: string, args: AgentArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("maas:agents:Agent", name, describedBy(args), opts);
        const { agent, url, servedName, authority, publicAuthority = false } = args;
        const { namespace, variables } = agent;
        const data = { [variables.url]: url, [variables.model]: servedName };
        const after = { parent: this, dependsOn: this.deploymentExists(name, agent) };
        const configMap = agent.configMap ?? `${agent.name}-maas`;
        const config =
            agent.configMap === undefined
                ? new ConfigMap(`${name}-config`, { metadata: { name: configMap, namespace }, data }, after)
                : new ConfigMapPatch(
                      `${name}-config`,
                      // Its owner has set an address there.
                      { metadata: { name: configMap, namespace, annotations: { "pulumi.com/patchForce": "true" } }, data },
                      after,
                  );
        this.configMap = pulumi.output(configMap);
        this.keySecret = keySecretOf(agent);
        const bundle = publicAuthority ? undefined : `${agent.name}-maas-authorities`;
        const copied =
            bundle === undefined
                ? []
                : [authorities(name, { configMap: bundle, namespace, secret: authority }, { parent: this, dependsOn: config })];
        this.setVariables(name, agent, pulumi.output(data).apply(hashOf), bundle, copied);
        this.registerOutputs({ configMap: this.configMap, keySecret: this.keySecret });
    }

    /** A record that the Deployment is expected, and a gate that looks for it. */
    private deploymentExists(name: string, agent: AgentSettings): pulumi.Resource {
        const record = deploymentOf(agent);
        const title = `Deployment ${record.namespace}/${record.deployment}`;
        const expected = new ConfigMap(
            `${name}-expected`,
            {
                metadata: {
                    name: `${name}-expected`,
                    namespace: RECORDS_NAMESPACE,
                    labels: { [EXPECTED_LABEL]: EXPECTED_DEPLOYMENT },
                },
                data: { ...record },
            },
            { parent: this },
        );
        return gate(
            `${name}-deployment`,
            {
                kind: "object-exists",
                until: `${title} exists`,
                record: { ...record, object: title },
                check: (kube) => untilContainerExists(kube, agent.name, record),
            },
            { parent: this, dependsOn: expected, ...formerName(`${name}-there`) },
        );
    }

    /**
     * @param hash of the data that the pods read; they restart when it changes
     * @param bundle ConfigMap with the authorities; undefined without
     */
    private setVariables(
        name: string,
        agent: AgentSettings,
        hash: pulumi.Output<string>,
        bundle: string | undefined,
        dependsOn: pulumi.Resource[],
    ): void {
        const volume = "maas-authorities";
        const trust = ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"];
        const { deployment, namespace, container } = deploymentOf(agent);
        const { variables } = agent;
        new DeploymentPatch(
            `${name}-patch`,
            {
                metadata: {
                    name: deployment,
                    namespace,
                    annotations: {
                        // Its pods start once the key exists, which is created on the running platform.
                        "pulumi.com/skipAwait": "true",
                        // The owner of the Deployment may have set variables of the same names.
                        "pulumi.com/patchForce": "true",
                    },
                },
                spec: {
                    template: {
                        metadata: { annotations: { "maas-platform.io/model-address": hash } },
                        spec: {
                            containers: [
                                {
                                    name: container,
                                    ...(bundle !== undefined && {
                                        volumeMounts: [{ name: volume, mountPath: BUNDLE_FOLDER, readOnly: true }],
                                    }),
                                    env: [
                                        ...(bundle === undefined ? [] : trust).map((variable) => ({
                                            name: variable,
                                            value: `${BUNDLE_FOLDER}/${BUNDLE}`,
                                        })),
                                        ...[variables.url, variables.model].map((variable) => ({
                                            name: variable,
                                            valueFrom: { configMapKeyRef: { name: this.configMap, key: variable } },
                                        })),
                                        {
                                            name: variables.key,
                                            valueFrom: { secretKeyRef: { name: this.keySecret, key: agent.secretKey } },
                                        },
                                    ],
                                },
                            ],
                            ...(bundle !== undefined && { volumes: [{ name: volume, configMap: { name: bundle } }] }),
                        },
                    },
                },
            },
            { parent: this, dependsOn, aliases: [{ name: `${name}-rewired` }] },
        );
    }
}

function deploymentOf({ name, namespace, deployment = name, container = deployment }: AgentSettings): AgentDeployment {
    return { namespace, deployment, container };
}

/** @throws Error when the Deployment or the container does not exist: the patch would create half a Deployment */
async function untilContainerExists(
    kube: Kube,
    agent: string,
    { namespace, deployment, container }: AgentDeployment,
): Promise<void> {
    const containers = await untilObject(kube, {
        kind: { apiVersion: "apps/v1", plural: "deployments", namespace },
        name: deployment,
        within: MINUTES,
        reached: (object) =>
            (
                object?.spec as { template: { spec: { containers: { name: string }[] } } } | undefined
            )?.template.spec.containers.map(({ name }) => name),
        otherwise: `agent ${agent}: Deployment ${namespace}/${deployment} does not exist; correct agents, or deploy it first`,
    });
    if (!containers.includes(container)) {
        throw new Error(
            `agent ${agent}: Deployment ${namespace}/${deployment} has no container ${container}; expected one of ${containers.join(", ")}`,
        );
    }
}

/** A hash of the data that pods read: a changed ConfigMap alone restarts no pod. */
function hashOf(data: Readonly<Record<string, string>>): string {
    return createHash("sha256").update(JSON.stringify(data)).digest("hex").slice(0, 16);
}
