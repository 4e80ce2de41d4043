/** The key with which the proxies call models of the stack's own gateway. */
import { CronJob, Job } from "@pulumi/kubernetes/batch/v1";
import { ConfigMap, Secret, ServiceAccount } from "@pulumi/kubernetes/core/v1";
import { Role, RoleBinding } from "@pulumi/kubernetes/rbac/v1";
import type * as pulumi from "@pulumi/pulumi";

import { GATEWAY_KEY, LITEMAAS } from "../../catalogue/litemaas/names";
import { hashOf, KEY_PROGRAM, keyPod, keyProgramConfig, keyProgramText, RUN_SECONDS } from "../apiKeys";
import { programFiles } from "../programFiles";
import { labelsOf, type Place, podLabels, TRUST } from "./place";

const { account, name: NAME, variable, startedWith } = GATEWAY_KEY;
const SCRIPT = "renewKey.mjs";
const FILES = { ...KEY_PROGRAM, ...programFiles(SCRIPT) };

/** At which gateway the key is made, and for what. */
export interface GatewayKey {
    /** The MaaSSubscription of the tier. */
    readonly subscription: string;
    /** Address of the MaaS API: https://maas.<domain>/maas-api. */
    readonly api: string;
    /** Say that the tier is in force for {@link GATEWAY_KEY.account}. */
    readonly enforced: readonly pulumi.Resource[];
}

/** The configuration that the Job reads: that of the program that makes keys, and the proxies that start again. */
export function gatewayKeyConfig(
    { namespace, gatewayKey }: Place["settings"],
    { subscription, api }: Omit<GatewayKey, "enforced">,
) {
    const { days, renewDays } = gatewayKey!;
    return {
        ...keyProgramConfig({
            holder: ["LiteMaaS", "callers"],
            account,
            secret: NAME,
            variable,
            keyName: "litemaas",
            credential: "key",
            days,
            renewDays,
            tokenHours: 4,
            minTlsVersion: "TLSv1.2",
            concurrency: 1,
            holders: [{ namespace, subscription, api }],
        }),
        proxies: { namespace, deployment: LITEMAAS.proxy, annotation: startedWith },
    };
}

/**
 * A Job that makes the key with a token of a ServiceAccount which the tier admits, and a CronJob that renews it. The key is in a
 * Secret of the namespace, and neither in the state nor in a log. Source: docs/sources/workspaces.md#keys.
 *
 * @returns the Job, which has succeeded when the key is there
 */
export function gatewayKey(place: Place, key: GatewayKey, ...before: readonly pulumi.Resource[]): pulumi.Resource {
    const { name, settings } = place;
    const { namespace, jobsImage } = settings;
    const metadata = { name: NAME, namespace, labels: labelsOf(NAME) };
    const holder = new ServiceAccount(
        `${name}-gateway-account`,
        { metadata: { name: account, namespace, labels: labelsOf(NAME) }, automountServiceAccountToken: false },
        place.within(),
    );
    const maker = new ServiceAccount(`${name}-gateway-key-account`, { metadata }, place.within());
    const role = new Role(
        `${name}-gateway-key-role`,
        {
            metadata,
            rules: [
                { apiGroups: [""], resources: ["serviceaccounts/token"], resourceNames: [account], verbs: ["create"] },
                { apiGroups: [""], resources: ["secrets"], resourceNames: [NAME], verbs: ["get", "patch"] },
                { apiGroups: ["apps"], resources: ["deployments"], resourceNames: [LITEMAAS.proxy], verbs: ["get", "patch"] },
            ],
        },
        place.within(),
    );
    const binding = new RoleBinding(
        `${name}-gateway-key-binding`,
        {
            metadata,
            roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role.metadata.name },
            subjects: [{ kind: "ServiceAccount", name: NAME, namespace }],
        },
        place.within(),
    );
    const secret = new Secret(
        `${name}-gateway-key`,
        { metadata },
        // The Job writes the key, and says in annotations which it is.
        { ...place.within(), ignoreChanges: ["data", "stringData"] },
    );
    const text = keyProgramText(gatewayKeyConfig(settings, key));
    const files = new ConfigMap(
        `${name}-gateway-key-config`,
        { metadata, data: { "config.json": text, ...FILES } },
        place.within(),
    );
    const within = place.within(holder, maker, binding, secret, files, ...key.enforced, ...before);
    const template = {
        metadata: { labels: podLabels(NAME) },
        spec: keyPod({ image: jobsImage, account: NAME, files: NAME, trust: TRUST, script: SCRIPT }),
    };
    const job = new Job(
        `${name}-gateway-key-job`,
        {
            metadata: { ...metadata, name: `${NAME}-${hashOf(text, ...Object.values(FILES), jobsImage)}` },
            // It begins again where it stopped.
            spec: { backoffLimit: 4, activeDeadlineSeconds: RUN_SECONDS, template },
        },
        { ...within, customTimeouts: { create: "30m", update: "30m" } },
    );
    new CronJob(
        `${name}-gateway-key-renewal`,
        {
            metadata,
            spec: {
                schedule: "27 */6 * * *",
                concurrencyPolicy: "Forbid",
                successfulJobsHistoryLimit: 1,
                failedJobsHistoryLimit: 3,
                jobTemplate: { spec: { backoffLimit: 2, activeDeadlineSeconds: RUN_SECONDS, template } },
            },
        },
        within,
    );
    return job;
}
