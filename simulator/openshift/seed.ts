import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { clusterAuthority, clusterCertificate, serviceAuthority } from "../certificates";
import fixture from "../data/openshift-aws.json";
import { findPackage, packageNames, versionOf } from "../olm/catalogue";
import type { Site } from "./site";

function variables({ region, infra, baseDomain, appsDomain }: Site): Readonly<Record<string, string>> {
    const router = clusterCertificate(`*.${appsDomain}`);
    return {
        ...fixture.variables,
        region,
        infra,
        baseDomain,
        appsDomain,
        clusterAuthority: clusterAuthority().cert,
        serviceAuthority: serviceAuthority().cert,
        routerCertificate: router["tls.crt"],
        routerKey: router["tls.key"],
    };
}

/** Replaces `${name}` in every string of a value. */
export function filled<T>(value: T, values: Readonly<Record<string, string>>): T {
    if (typeof value === "string") {
        return value.replace(/\$\{(\w+)\}/g, (_, name: string) => values[name] ?? "") as T;
    }
    if (Array.isArray(value)) {
        return value.map((entry) => filled(entry as unknown, values)) as T;
    }
    if (typeof value === "object" && value !== null) {
        return Object.fromEntries(
            Object.entries(value).map(([key, entry]) => [filled(key, values), filled(entry as unknown, values)]),
        ) as T;
    }
    return value;
}

/** The objects of a fresh OpenShift cluster on AWS, in the order in which they can be created. Status included. */
export function seedObjects(site: Site): KubeObject[] {
    return [
        ...fixture.namespaces.map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } })),
        ...(filled(fixture.objects, variables(site)) as unknown as KubeObject[]),
        ...fixture.catalogs.map(catalogSource),
        ...packageNames().map(packageManifest),
        ...site.zones.map((zone, index) => workerMachineSet(site, zone, index)),
    ];
}

function catalogSource(name: string): KubeObject {
    return {
        apiVersion: "operators.coreos.com/v1alpha1",
        kind: "CatalogSource",
        metadata: { name, namespace: "openshift-marketplace" },
        spec: {
            sourceType: "grpc",
            displayName: name,
            publisher: "Red Hat",
            image: `registry.redhat.io/redhat/${name.replace("s", "")}-index:v4.21`,
            priority: -100,
        },
        status: { connectionState: { address: `${name}.openshift-marketplace.svc:50051`, lastObservedState: "READY" } },
    };
}

function packageManifest(name: string): KubeObject {
    const { catalog, channels, defaultChannel } = findPackage(name)!;
    return {
        apiVersion: "packages.operators.coreos.com/v1",
        kind: "PackageManifest",
        metadata: { name, namespace: "openshift-marketplace", labels: { catalog, "catalog-namespace": "openshift-marketplace" } },
        status: {
            catalogSource: catalog,
            catalogSourceNamespace: "openshift-marketplace",
            packageName: name,
            defaultChannel,
            channels: Object.entries(channels).map(([channel, csvs]) => ({
                name: channel,
                currentCSV: csvs.at(-1)!,
                currentCSVDesc: { version: versionOf(csvs.at(-1)!) },
                entries: [...csvs].reverse().map((csv) => ({ name: csv, version: versionOf(csv) })),
            })),
        },
    };
}

/**
 * A worker MachineSet as the installer leaves it; programs copy from it. The workers are spread over the zones; those that are left over
 * are in the first ones. Source: openshift/installer@release-4.21:pkg/asset/machines/aws/machinesets.go
 */
function workerMachineSet({ infra, region, zones }: Site, zone: string, index: number): KubeObject {
    const { replicas } = fixture.workers;
    const name = `${infra}-worker-${zone}`;
    const cluster = { "machine.openshift.io/cluster-api-cluster": infra };
    const set = { "machine.openshift.io/cluster-api-machineset": name };
    const role = {
        "machine.openshift.io/cluster-api-machine-role": "worker",
        "machine.openshift.io/cluster-api-machine-type": "worker",
    };
    return {
        apiVersion: "machine.openshift.io/v1beta1",
        kind: "MachineSet",
        metadata: { name, namespace: "openshift-machine-api", labels: cluster },
        spec: {
            replicas: Math.floor(replicas / zones.length) + (index < replicas % zones.length ? 1 : 0),
            selector: { matchLabels: { ...cluster, ...set } },
            template: {
                metadata: { labels: { ...cluster, ...role, ...set } },
                spec: {
                    metadata: { labels: { "node-role.kubernetes.io/worker": "" } },
                    providerSpec: {
                        value: {
                            apiVersion: "machine.openshift.io/v1beta1",
                            kind: "AWSMachineProviderConfig",
                            ami: { id: fixture.variables.ami },
                            blockDevices: [
                                { ebs: { encrypted: true, iops: 0, kmsKey: { arn: "" }, volumeSize: 120, volumeType: "gp3" } },
                            ],
                            credentialsSecret: { name: "aws-cloud-credentials" },
                            deviceIndex: 0,
                            iamInstanceProfile: { id: `${infra}-worker-profile` },
                            instanceType: fixture.workers.instanceType,
                            metadataServiceOptions: { authentication: "Required" },
                            placement: { availabilityZone: zone, region },
                            securityGroups: [`${infra}-node`, `${infra}-lb`].map((group) => ({
                                filters: [{ name: "tag:Name", values: [group] }],
                            })),
                            subnet: { filters: [{ name: "tag:Name", values: [`${infra}-subnet-private-${zone}`] }] },
                            tags: [{ name: `kubernetes.io/cluster/${infra}`, value: "owned" }],
                            userDataSecret: { name: "worker-user-data" },
                        },
                    },
                },
            },
        },
    };
}
