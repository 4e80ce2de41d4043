/** The Jobs that keep models and keys in line with the settings. */
import { createHash } from "node:crypto";

import { CronJob, Job } from "@pulumi/kubernetes/batch/v1";
import { ConfigMap, NamespacePatch, ServiceAccount } from "@pulumi/kubernetes/core/v1";
import { Role, RoleBinding } from "@pulumi/kubernetes/rbac/v1";
import type * as inputs from "@pulumi/kubernetes/types/input";
import type * as pulumi from "@pulumi/pulumi";

import { DEFAULT_TEAM, LITEMAAS, workshopsNamespace } from "../../catalogue/litemaas/names";
import { keptOrRemoved } from "../namespaceRemoved";
import { programData, programItems } from "../programFiles";
import {
    CONTAINER_SECURITY,
    labelsOf,
    type Place,
    POD_SECURITY,
    podLabels,
    secretVariable,
    SERVICE_CA,
    serviceCaMount,
    serviceCaVolume,
    variable,
} from "./place";
import { type DesiredArgs, desiredState, SYNC_ENTRY, SYNC_FILES } from "./sync";

/** By which it finds what it has made. The stack's name would change with the stack. */
const OWNER = "litemaas";
const CONFIG = "desired.json";

/** The models and workshops to synchronize, and the resources that must answer before. */
export interface SyncBehind {
    readonly models: DesiredArgs["models"];
    readonly workshops: DesiredArgs["workshops"];
    readonly predictiveUrl: DesiredArgs["predictiveUrl"];
    readonly modelUrl: DesiredArgs["modelUrl"];
    readonly before: readonly pulumi.Resource[];
}

/** The text of the desired state. The same settings give the same text. */
export function desiredText({ settings, hosts }: Pick<Place, "settings" | "hosts">, behind: Omit<SyncBehind, "before">): string {
    const { namespace, portal } = settings;
    const { budget, tokensPerMinute, requestsPerMinute } = portal.team;
    const state = desiredState({
        ...behind,
        owner: OWNER,
        proxyUrl: `https://${LITEMAAS.proxy}.${namespace}.svc.cluster.local:4000`,
        publicUrl: `https://${hosts.api}`,
        portalUrl: `http://${LITEMAAS.backend}.${namespace}.svc.cluster.local:8080`,
        handoutNamespace: workshopsNamespace(namespace),
    });
    const team = {
        ...DEFAULT_TEAM,
        models: [],
        maxBudget: budget,
        budgetDuration: "30d",
        tpm: tokensPerMinute,
        rpm: requestsPerMinute,
    };
    return `${JSON.stringify({ ...state, teams: [...state.teams, team] }, undefined, 1)}\n`;
}

/**
 * A Job after each change of the desired state, and a CronJob that ends workshops and deletes expired keys. Keys of workshops go
 * to Secrets of a namespace of their own, which is kept as their database is. Nothing is fetched from elsewhere. Source: docs/sources/litemaas.md#jobs.
 *
 * @returns the Job, which has succeeded when models and keys are in line
 */
export function syncJobs(
    place: Place,
    removed: readonly pulumi.ResourceHook[],
    behind: SyncBehind,
): { readonly job: pulumi.Resource; readonly text: string } {
    const { name, settings } = place;
    const { namespace, jobsImage } = settings;
    const handouts = workshopsNamespace(namespace);
    const text = desiredText(place, behind);
    const files = new ConfigMap(
        `${name}-sync-config`,
        {
            metadata: { name: LITEMAAS.sync, namespace, labels: labelsOf(LITEMAAS.sync) },
            data: { ...programData(SYNC_FILES), [CONFIG]: text },
        },
        place.within(),
    );
    const account = new ServiceAccount(
        `${name}-sync-account`,
        { metadata: { name: LITEMAAS.sync, namespace, labels: labelsOf(LITEMAAS.sync) } },
        place.within(),
    );
    const target = new NamespacePatch(
        `${name}-workshops`,
        {
            metadata: {
                name: handouts,
                labels: { "app.kubernetes.io/part-of": "litemaas" },
                // A namespace that was kept is taken over: keys without their values would be made again.
                annotations: { "pulumi.com/patchForce": "true" },
            },
        },
        keptOrRemoved(settings.removal, removed, { parent: place.component }),
    );
    const role = new Role(
        `${name}-sync-role`,
        {
            metadata: { name: LITEMAAS.sync, namespace: handouts },
            rules: [{ apiGroups: [""], resources: ["secrets"], verbs: ["get", "list", "create", "update", "patch", "delete"] }],
        },
        { parent: place.component, dependsOn: [target] },
    );
    const binding = new RoleBinding(
        `${name}-sync-binding`,
        {
            metadata: { name: LITEMAAS.sync, namespace: handouts },
            roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role.metadata.name },
            subjects: [{ kind: "ServiceAccount", name: LITEMAAS.sync, namespace }],
        },
        { parent: place.component, dependsOn: [target] },
    );
    const before = [files, account, binding, ...behind.before];
    const template = { metadata: { labels: podLabels(LITEMAAS.sync) }, spec: podSpec(jobsImage) };
    const job = new Job(
        `${name}-sync-job`,
        {
            metadata: {
                name: `${LITEMAAS.sync}-${hashOf(text, SYNC_FILES, jobsImage)}`,
                namespace,
                labels: labelsOf(LITEMAAS.sync),
            },
            // It begins again where it stopped.
            spec: { backoffLimit: 4, template },
        },
        { ...place.within(...before), customTimeouts: { create: "30m", update: "30m" } },
    );
    new CronJob(
        `${name}-sync-cron`,
        {
            metadata: { name: LITEMAAS.sync, namespace, labels: labelsOf(LITEMAAS.sync) },
            spec: {
                schedule: "17 * * * *",
                concurrencyPolicy: "Forbid",
                successfulJobsHistoryLimit: 1,
                failedJobsHistoryLimit: 3,
                jobTemplate: { spec: { backoffLimit: 2, template } },
            },
        },
        place.within(...before),
    );
    return { job, text };
}

function podSpec(image: string): inputs.core.v1.PodSpec {
    return {
        restartPolicy: "Never",
        serviceAccountName: LITEMAAS.sync,
        securityContext: POD_SECURITY,
        containers: [
            {
                name: "sync",
                image,
                command: ["node", `/config/${SYNC_ENTRY}`],
                env: [
                    variable("SYNC_CONFIG", `/config/${CONFIG}`),
                    secretVariable("LITELLM_MASTER_KEY"),
                    secretVariable("PORTAL_ADMIN_KEY", "ADMIN_API_KEY"),
                    variable("TRUSTED_CA", `${SERVICE_CA.folder}/${SERVICE_CA.key}`),
                ],
                resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { cpu: "500m", memory: "256Mi" } },
                securityContext: { ...CONTAINER_SECURITY, readOnlyRootFilesystem: true },
                volumeMounts: [{ name: "config", mountPath: "/config", readOnly: true }, serviceCaMount],
            },
        ],
        volumes: [
            { name: "config", configMap: { name: LITEMAAS.sync, items: programItems(SYNC_FILES, CONFIG) } },
            serviceCaVolume,
        ],
    };
}

function hashOf(...parts: readonly unknown[]): string {
    return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 10);
}
