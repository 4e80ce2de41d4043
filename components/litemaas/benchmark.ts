/** The benchmark of models through the proxy. */
import { CronJob } from "@pulumi/kubernetes/batch/v1";
import { ConfigMap, ServiceAccount } from "@pulumi/kubernetes/core/v1";
import { Role, RoleBinding } from "@pulumi/kubernetes/rbac/v1";
import type * as pulumi from "@pulumi/pulumi";

import { BENCHMARK_REPORT, LITEMAAS, PORTS } from "../../catalogue/litemaas/names";
import { programData, programFiles, type ProgramFiles, programItems, SEND } from "../programFiles";
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

const CONFIG = "benchmark.json";
/** A moment that CronJobs take; a suspended one never runs by itself. */
const NEVER = "0 0 1 1 *";

/** File that the Job runs. */
export const BENCHMARK_ENTRY = "litemaas/benchmark/benchmark.js";

/** The files of the Job. */
export const BENCHMARK_FILES: ProgramFiles = programFiles(
    SEND,
    "litemaas/sync/http.js",
    BENCHMARK_ENTRY,
    "litemaas/benchmark/measure.js",
    "litemaas/benchmark/report.js",
);

/** The configuration that the Job reads, as JSON. */
export function benchmarkText({ settings: { namespace, benchmark, proxy } }: Pick<Place, "settings">): string {
    const { schedule: _, ...settings } = benchmark!;
    return `${JSON.stringify(
        {
            ...settings,
            proxy: `https://${LITEMAAS.proxy}.${namespace}.svc.cluster.local:${PORTS.proxy}`,
            timeoutSeconds: proxy.timeoutSeconds,
            reportNamespace: namespace,
            reportName: BENCHMARK_REPORT,
        },
        undefined,
        1,
    )}\n`;
}

/**
 * A CronJob that measures models by its schedule, or, suspended, when `maas litemaas benchmark --run` makes a Job of it: a run costs
 * what its answers cost. Its account may write the report and nothing else. Source: docs/sources/litemaas.md#benchmark.
 */
export function benchmarks(place: Place, ...before: readonly pulumi.Resource[]): void {
    const { name, settings } = place;
    const { namespace, benchmark, jobsImage } = settings;
    if (benchmark === undefined) {
        return;
    }
    const metadata = { name: LITEMAAS.benchmark, namespace, labels: labelsOf(LITEMAAS.benchmark) };
    const files = new ConfigMap(
        `${name}-benchmark-config`,
        {
            metadata,
            data: {
                ...programData(BENCHMARK_FILES),
                [CONFIG]: benchmarkText(place),
            },
        },
        place.within(),
    );
    const report = new ConfigMap(
        `${name}-benchmark-report`,
        { metadata: { ...metadata, name: BENCHMARK_REPORT } },
        // The Job writes it.
        { ...place.within(), ignoreChanges: ["data"] },
    );
    const account = new ServiceAccount(`${name}-benchmark-account`, { metadata }, place.within());
    const role = new Role(
        `${name}-benchmark-role`,
        {
            metadata,
            rules: [{ apiGroups: [""], resources: ["configmaps"], resourceNames: [BENCHMARK_REPORT], verbs: ["patch"] }],
        },
        place.within(),
    );
    const binding = new RoleBinding(
        `${name}-benchmark-binding`,
        {
            metadata,
            roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role.metadata.name },
            subjects: [{ kind: "ServiceAccount", name: LITEMAAS.benchmark, namespace }],
        },
        place.within(),
    );
    new CronJob(
        `${name}-benchmark`,
        {
            metadata,
            spec: {
                schedule: benchmark.schedule ?? NEVER,
                suspend: benchmark.schedule === undefined,
                // Two at once would measure each other.
                concurrencyPolicy: "Forbid",
                successfulJobsHistoryLimit: 1,
                failedJobsHistoryLimit: 1,
                jobTemplate: {
                    spec: {
                        backoffLimit: 0,
                        ttlSecondsAfterFinished: 86_400,
                        template: {
                            metadata: { labels: podLabels(LITEMAAS.benchmark) },
                            spec: {
                                restartPolicy: "Never",
                                serviceAccountName: LITEMAAS.benchmark,
                                securityContext: POD_SECURITY,
                                containers: [
                                    {
                                        name: "benchmark",
                                        image: jobsImage,
                                        command: ["node", `/config/${BENCHMARK_ENTRY}`],
                                        env: [
                                            variable("BENCHMARK_CONFIG", `/config/${CONFIG}`),
                                            secretVariable("LITELLM_MASTER_KEY"),
                                            variable("TRUSTED_CA", `${SERVICE_CA.folder}/${SERVICE_CA.key}`),
                                        ],
                                        resources: {
                                            requests: { cpu: "200m", memory: "256Mi" },
                                            limits: { cpu: "2", memory: "1Gi" },
                                        },
                                        securityContext: { ...CONTAINER_SECURITY, readOnlyRootFilesystem: true },
                                        volumeMounts: [{ name: "config", mountPath: "/config", readOnly: true }, serviceCaMount],
                                    },
                                ],
                                volumes: [
                                    {
                                        name: "config",
                                        configMap: {
                                            name: LITEMAAS.benchmark,
                                            items: programItems(BENCHMARK_FILES, CONFIG),
                                        },
                                    },
                                    serviceCaVolume,
                                ],
                            },
                        },
                    },
                },
            },
        },
        place.within(files, report, account, binding, ...before),
    );
}
