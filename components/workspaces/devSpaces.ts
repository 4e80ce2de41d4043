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
    /** Where users open their workspaces: https://devspaces.<domain>. */
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
                kind: "route-admitted",
                until: `Route ${DEV_SPACES_NAMESPACE}/${CHE_CLUSTER} is admitted`,
                record: { url: this.url },
                check: routeAdmitted,
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
    const { storage, assistant, cpu, memory } = settings;
    const claim = {
        claimSize: `${storage.sizeGiB}Gi`,
        ...(storage.storageClass !== undefined && { storageClass: storage.storageClass }),
    };
    return {
        components: {
            metrics: { enable: true },
            pluginRegistry: { openVSXURL: assistant.registry === "embedded" ? "" : assistant.registry },
        },
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
            containerResourceCaps: { limits: { cpu: cpu.limit, memory: memory.limit } },
        },
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
