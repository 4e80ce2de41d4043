/** The Dev Spaces server of the cluster. */
import * as pulumi from "@pulumi/pulumi";

import { CHE_CLUSTER, DEV_SPACES_NAMESPACE, WORKSPACE_ACCOUNT } from "../../catalogue/workspaces/names";
import { ConsoleLink } from "../../kinds/console.openshift.io";
import { CheCluster } from "../../kinds/org.eclipse.che";
import type { WorkspacesSettings } from "../../stacks/schema";
import { describedBy } from "../component";
import { gate } from "../gate";
import { conditionOf, isTrue, type Kube, type KubeObject } from "../kube";
import { remainingProblem } from "../remainingProblem";

const ROUTES = { apiVersion: "route.openshift.io/v1", plural: "routes", namespace: DEV_SPACES_NAMESPACE };
const ROUTE_MINUTES = 5;
const DEPLOYMENTS = { apiVersion: "apps/v1", plural: "deployments", namespace: DEV_SPACES_NAMESPACE };
/** The gateway that the Route leads to, and the dashboard and the server behind it. */
const BEHIND = ["che-gateway", "devspaces-dashboard", CHE_CLUSTER] as const;

/** Settings of the server, and the domain of the cluster's routes. */
export interface DevSpacesArgs {
    readonly settings: WorkspacesSettings;
    /** Domain of the routes: apps.cluster.example.com. */
    readonly domain: string;
}

/**
 * OpenShift Dev Spaces: time-outs, volumes and limits that all workspaces have in common. Only namespaces that this program
 * creates have workspaces: a login alone gives nobody one.
 * Source: docs/sources/workspaces.md#dev-spaces.
 */
export class DevSpaces extends pulumi.ComponentResource {
    /** The address at which users open their workspaces: https://devspaces.<domain>. */
    public readonly url: string;
    /** Says that the server answers; workspaces depend on it, since their webhooks come with it. */
    public readonly answers: pulumi.Resource;

    constructor(name: string, args: DevSpacesArgs, opts: pulumi.ComponentResourceOptions = {}) {
        super("maas:workspaces:DevSpaces", name, describedBy(args), opts);
        const { settings, domain } = args;
        this.url = `https://${CHE_CLUSTER}.${domain}`;
        const server = new CheCluster(
            `${name}-che`,
            { metadata: { name: CHE_CLUSTER, namespace: DEV_SPACES_NAMESPACE }, spec: cheSpec(settings) },
            { parent: this },
        );
        this.answers = gate(
            `${name}-answers`,
            {
                kind: "route-answers",
                until: `Route ${DEV_SPACES_NAMESPACE}/${CHE_CLUSTER} is admitted, and what is behind it runs`,
                record: { url: this.url },
                check: async (kube) => {
                    await routeAdmitted(kube);
                    await behindRun(kube);
                },
            },
            { parent: this, dependsOn: server },
        );
        new ConsoleLink(
            `${name}-link`,
            {
                metadata: { name: "maas-workspaces" },
                spec: {
                    location: "ApplicationMenu",
                    text: "Workspaces",
                    href: this.url,
                    applicationMenu: { section: "Models-as-a-Service" },
                },
            },
            { parent: this, dependsOn: this.answers },
        );
        this.registerOutputs({ url: this.url });
    }
}

function cheSpec(settings: WorkspacesSettings) {
    const { storage, assistant, cpu, memory, imagePuller, tlsSecret } = settings;
    const claim = {
        claimSize: `${storage.sizeGiB}Gi`,
        ...(storage.storageClass !== undefined && { storageClass: storage.storageClass }),
    };
    return {
        components: {
            metrics: { enable: true },
            ...(imagePuller !== undefined && { imagePuller: { enable: true, spec: imagePullerSpec(imagePuller) } }),
            pluginRegistry: { openVSXURL: assistant.registry === "embedded" ? "" : assistant.registry },
        },
        ...(tlsSecret !== undefined && { networking: { tlsSecretName: tlsSecret } }),
        devEnvironments: {
            startTimeoutSeconds: settings.startMinutes * 60,
            secondsOfInactivityBeforeIdling: seconds(settings.idleMinutes * 60),
            secondsOfRunBeforeIdling: seconds(settings.runHours * 3600),
            maxNumberOfWorkspacesPerUser: settings.workspacesPerUser,
            maxNumberOfRunningWorkspacesPerUser: settings.runningPerUser,
            defaultNamespace: { autoProvision: false, template: "<username>-che" },
            serviceAccount: WORKSPACE_ACCOUNT,
            persistUserHome: { enabled: true },
            storage:
                storage.strategy === "per-user"
                    ? { pvcStrategy: storage.strategy, perUserStrategyPvcConfig: claim }
                    : storage.strategy === "per-workspace"
                      ? { pvcStrategy: storage.strategy, perWorkspaceStrategyPvcConfig: claim }
                      : { pvcStrategy: storage.strategy },
            // Containers of a devfile in git that state none would have 128Mi.
            defaultContainerResources: {
                limits: { cpu: cpu.limit, memory: memory.limit },
                requests: { cpu: cpu.request, memory: memory.request },
            },
            containerResourceCaps: { limits: { cpu: cpu.limit, memory: memory.limit } },
        },
    };
}

/** Lists and maps are texts there; without images, Dev Spaces names its own. */
function imagePullerSpec({ images, nodeSelector }: NonNullable<WorkspacesSettings["imagePuller"]>) {
    return {
        ...(images.length > 0 && { images: images.map((image, i) => `image-${i}=${image}`).join(";") }),
        ...(Object.keys(nodeSelector).length > 0 && { nodeSelector: JSON.stringify(nodeSelector) }),
    };
}

/** Dev Spaces counts -1 as never. */
function seconds(given: number): number {
    return given === 0 ? -1 : given;
}

/** @throws Error when the router does not admit the Route in time */
async function routeAdmitted(kube: Kube): Promise<void> {
    const problem = await remainingProblem(kube, { ...ROUTES, name: CHE_CLUSTER }, ROUTE_MINUTES, problemOfRoute);
    if (problem !== undefined) {
        throw new Error(
            `Route ${DEV_SPACES_NAMESPACE}/${CHE_CLUSTER} is not admitted after ${ROUTE_MINUTES} minutes (${problem}): look at \`oc get route -n ${DEV_SPACES_NAMESPACE}\` and the CheCluster's status`,
        );
    }
}

/** Why no router serves a Route. */
function problemOfRoute(route: KubeObject | undefined): string | undefined {
    const ingress = (route?.status?.["ingress"] ?? []) as NonNullable<KubeObject["status"]>[];
    const routers = ingress.map((status) => ({ status }));
    if (routers.some((router) => isTrue(router, "Admitted"))) {
        return undefined;
    }
    const said = routers.flatMap((router) => conditionOf(router, "Admitted")?.message || []);
    return route === undefined ? "it does not exist" : (said[0] ?? "no router has answered");
}

/** @throws Error when something behind the Route does not run in time */
async function behindRun(kube: Kube): Promise<void> {
    const deadline = (await kube.now()) + ROUTE_MINUTES * 60_000;
    for (const name of BEHIND) {
        const problem = await remainingProblem(kube, { ...DEPLOYMENTS, name }, { deadline }, problemOfDeployment);
        if (problem !== undefined) {
            throw new Error(
                `Deployment ${DEV_SPACES_NAMESPACE}/${name} is not available after ${ROUTE_MINUTES} minutes (${problem}), so Route ${CHE_CLUSTER} leads nowhere: look at \`oc get pods -n ${DEV_SPACES_NAMESPACE}\``,
            );
        }
    }
}

/** Why nothing answers. */
function problemOfDeployment(deployment: KubeObject | undefined): string | undefined {
    if (deployment === undefined) {
        return "it does not exist";
    }
    return Number(deployment.status?.["availableReplicas"] ?? 0) > 0
        ? undefined
        : (conditionOf(deployment, "Available")?.message ?? "no replica is available");
}
