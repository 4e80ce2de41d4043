/** The keys of the workspaces: a Job that creates them, a CronJob that renews them. */
import { CronJob, Job } from "@pulumi/kubernetes/batch/v1";
import { ConfigMap, Namespace, ResourceQuota, ServiceAccount } from "@pulumi/kubernetes/core/v1";
import { ClusterRole, ClusterRoleBinding } from "@pulumi/kubernetes/rbac/v1";
import * as pulumi from "@pulumi/pulumi";

import {
    KEY_SECRET,
    KEY_VARIABLE,
    KEYS_NAMESPACE,
    WORKSPACE_ACCOUNT,
    workspaceNamespace,
} from "../../catalogue/workspaces/names";
import type { WorkspacesSettings } from "../../stacks/schema";
import { hashOf, KEY_PROGRAM, type KeyHolder, keyPod, keyProgramConfig, keyProgramText, RUN_SECONDS } from "../apiKeys";
import { authorities, type AuthoritiesArgs } from "../authorities";
import { describedBy } from "../component";

const NAME = "workspace-keys";
/** ConfigMap with the authorities of the gateway. */
const TRUST = `${NAME}-trust`;
/** Name of the keys that this program creates; others that a user creates stay. */
const KEY_NAME = "workspace";

/** A user whose workspace gets a key, and the subscription that it is for. */
export type KeyOwner = Omit<KeyHolder, "namespace"> & { readonly user: string };

/** The holders of keys, and the place of the keys. */
export interface WorkspaceKeysArgs {
    readonly settings: WorkspacesSettings;
    /** Keys, or on a release without them tokens. */
    readonly credential: "key" | "token";
    readonly owners: readonly KeyOwner[];
    /** Resources that must exist before keys are created: subscriptions that are in force, and the Secrets that receive the keys. */
    readonly before: readonly pulumi.Resource[];
    /** The Secret of the gateway's authority, where the cluster does not trust it. */
    readonly authority: AuthoritiesArgs["secret"];
}

/**
 * Creates an API key for each workspace, and renews it before it ends. A key belongs to the ServiceAccount of its workspace, so
 * that limits and usage are its user's; it is in a Secret of the user's namespace alone, and neither in the state nor in a log.
 * Source: docs/sources/workspaces.md#keys.
 */
export class WorkspaceKeys extends pulumi.ComponentResource {
    /** Name of the Job that creates the keys. */
    public readonly job: pulumi.Output<string>;

    constructor(name: string, args: WorkspaceKeysArgs, opts: pulumi.ComponentResourceOptions = {}) {
        const { settings, credential, owners, authority, before } = args;
        super("maas:workspaces:WorkspaceKeys", name, describedBy(args), opts);
        const namespace = new Namespace(`${name}-namespace`, { metadata: { name: KEYS_NAMESPACE } }, { parent: this });
        const within = { parent: this, dependsOn: [namespace] };
        const account = new ServiceAccount(`${name}-account`, { metadata: { name: NAME, namespace: KEYS_NAMESPACE } }, within);
        const role = new ClusterRole(
            `${name}-role`,
            {
                metadata: { name: `maas-${NAME}` },
                rules: [
                    {
                        apiGroups: [""],
                        resources: ["serviceaccounts/token"],
                        resourceNames: [WORKSPACE_ACCOUNT],
                        verbs: ["create"],
                    },
                    // Dev Spaces lets the account go with the last workspace of its namespace.
                    { apiGroups: [""], resources: ["serviceaccounts"], verbs: ["create"] },
                    { apiGroups: [""], resources: ["secrets"], resourceNames: [KEY_SECRET], verbs: ["get", "patch"] },
                ],
            },
            { parent: this },
        );
        const binding = new ClusterRoleBinding(
            `${name}-binding`,
            {
                metadata: { name: `maas-${NAME}` },
                roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role.metadata.name },
                subjects: [{ kind: "ServiceAccount", name: NAME, namespace: KEYS_NAMESPACE }],
            },
            within,
        );
        const trust = authorities(
            name,
            { configMap: TRUST, namespace: KEYS_NAMESPACE, secret: authority },
            { parent: this, dependsOn: [namespace, ...before] },
        );
        // Job and CronJob take turns, so that the API has no more requests at once than the settings say.
        const turns = new ResourceQuota(
            `${name}-turns`,
            { metadata: { name: NAME, namespace: KEYS_NAMESPACE }, spec: { hard: { pods: "1" } } },
            within,
        );
        const list = keyProgramText(keysConfig(settings, credential, owners));
        const files = new ConfigMap(
            `${name}-config`,
            { metadata: { name: NAME, namespace: KEYS_NAMESPACE }, data: { "config.json": list, ...KEY_PROGRAM } },
            within,
        );
        const dependsOn = [account, binding, trust, files, turns];
        const pod = keyPod({ image: settings.image, account: NAME, files: NAME, trust: TRUST });
        this.job = new Job(
            `${name}-job`,
            {
                metadata: {
                    name: `${NAME}-${hashOf(list, ...Object.values(KEY_PROGRAM), settings.image)}`,
                    namespace: KEYS_NAMESPACE,
                },
                // It begins again where it stopped.
                spec: {
                    backoffLimit: 4,
                    activeDeadlineSeconds: RUN_SECONDS,
                    template: { spec: pod },
                },
            },
            { parent: this, dependsOn: [...dependsOn, ...before], customTimeouts: { create: "30m", update: "30m" } },
        ).metadata.name;
        new CronJob(
            `${name}-renewal`,
            {
                metadata: { name: NAME, namespace: KEYS_NAMESPACE },
                spec: {
                    // A token that is not renewed in one turn is renewed in the next.
                    schedule: credential === "key" ? "17 */6 * * *" : "17 * * * *",
                    concurrencyPolicy: "Forbid",
                    successfulJobsHistoryLimit: 1,
                    failedJobsHistoryLimit: 3,
                    jobTemplate: {
                        spec: {
                            backoffLimit: 2,
                            activeDeadlineSeconds: RUN_SECONDS,
                            template: { spec: pod },
                        },
                    },
                },
            },
            { parent: this, dependsOn },
        );
        this.registerOutputs({ job: this.job });
    }
}

/** The configuration that the script reads. */
export function keysConfig(
    { keys }: WorkspacesSettings,
    credential: WorkspaceKeysArgs["credential"],
    owners: readonly KeyOwner[],
) {
    return keyProgramConfig({
        holder: ["Workspace", "workspaces"],
        account: WORKSPACE_ACCOUNT,
        secret: KEY_SECRET,
        variable: KEY_VARIABLE,
        keyName: KEY_NAME,
        credential,
        days: keys.days,
        renewDays: keys.renewDays,
        tokenHours: keys.tokenHours,
        minTlsVersion: keys.minTlsVersion,
        concurrency: keys.concurrency,
        holders: owners.map(({ user, ...key }) => ({ namespace: workspaceNamespace(user), ...key })),
    });
}
