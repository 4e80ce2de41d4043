/** What the played KServe makes of a service equals what the real one made of it, as it was recorded. */
import * as fs from "node:fs";
import * as path from "node:path";

import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { bringUp } from "./slice";
import { ref, Stage } from "./support";

/** Recordings lie beside the folder of the products' definitions, where there are any. */
const FOLDER = path.join(process.env["MAAS_CRDS"] ?? "", "../facts/recorded");
const file = (stack: string): string => path.join(FOLDER, `kserve-3.4-${stack}.json`);
const STACKS = ["code-assistant", "llm-d", "production"];
const required = process.env["MAAS_REQUIRE_CONFORMANCE"] === "1";
/** One missing recording among others fails; where there are none at all, that is said aloud. */
const recorded = process.env["MAAS_CRDS"] !== undefined && STACKS.some((stack) => fs.existsSync(file(stack)));
if (!recorded && !required) {
    process.stderr.write("SKIPPED: recordings of KServe: there are none beside MAAS_CRDS\n");
}

interface Recording {
    readonly generated: readonly KubeObject[];
    readonly services: Readonly<Record<string, KubeObject>>;
}

/** What the API server fills in, and so the recording has: these values alone. */
const DEFAULTS: Readonly<Record<string, unknown>> = {
    dnsPolicy: "ClusterFirst",
    restartPolicy: "Always",
    schedulerName: "default-scheduler",
    terminationMessagePath: "/dev/termination-log",
    terminationGracePeriodSeconds: 30,
    imagePullPolicy: "IfNotPresent",
    successThreshold: 1,
    timeoutSeconds: 1,
    failureThreshold: 3,
    periodSeconds: 10,
    defaultMode: 420,
    progressDeadlineSeconds: 600,
    revisionHistoryLimit: 10,
    strategy: { rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" }, type: "RollingUpdate" },
    ipFamilies: ["IPv4"],
    ipFamilyPolicy: "SingleStack",
    internalTrafficPolicy: "Cluster",
    sessionAffinity: "None",
};

const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** How an object of a rehearsal differs from the recorded one, and why it may. */
const OTHERWISE: readonly (readonly [difference: RegExp, why: string])[] = [
    ...Object.entries(DEFAULTS).map(([field, value]): [RegExp, string] => [
        new RegExp(`\\.${field}: undefined instead of ${literally(JSON.stringify(value))}$`),
        "a default of the API server, which the cluster in memory does not fill in",
    ]),
    [/^Deployment .*\.serviceAccount: undefined instead of "[^"]*-epp-sa"$/, "likewise: the former name of serviceAccountName"],
    [/^Deployment .*\.spec\.template\.spec\.securityContext: undefined instead of \{\}$/, "likewise"],
    [
        /\.terminationMessagePolicy: undefined instead of "FallbackToLogsOnError"$/,
        "the product's, and nothing here ends with a message",
    ],
    [/^Deployment .*\.command\[2\]: /, "the script that calls vLLM is the product's"],
    [/^Deployment .*\.initContainers\[0\]\.args\[2\]: /, "the script that looks at the files is KServe's"],
    [
        /^Deployment .*\.template\.metadata\.annotations: \{"rehearsal\.[^,]*\} instead of undefined/,
        "what the rehearsal reads of weights",
    ],
    [/^Secret .*\.(data(\.[^:]*)?|metadata\.annotations\.certificates\.kserve\.io\/expiration): /, "certificates"],
    [/^Service .*\.clusterIPs?(\[\d\])?: /, "addresses"],
];

(recorded || required ? describe : describe.skip).each(STACKS)("what KServe makes of %s", (stack) => {
    let stage: Stage;
    let recording: Recording;
    beforeAll(async () => {
        recording = JSON.parse(fs.readFileSync(file(stack), "utf8")) as Recording;
        stage = await Stage.open();
        await bringUp(stage);
        const services = Object.values(recording.services);
        const namespace = services[0]!.metadata.namespace!;
        await stage.cluster.delete(ref("serving.kserve.io/v1alpha2", "LLMInferenceService", "gpt-oss-20b", "maas"));
        await stage.gone(ref("serving.kserve.io/v1alpha2", "LLMInferenceService", "gpt-oss-20b", "maas"));
        if (namespace !== "maas") {
            await stage.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
            const gateway = ref("gateway.networking.k8s.io/v1", "Gateway", "maas-default-gateway", "openshift-ingress");
            const listeners = (await stage.get(gateway)).spec.listeners as object[];
            await stage.cluster.mergePatch(gateway, {
                spec: { listeners: listeners.map((one) => ({ ...one, allowedRoutes: { namespaces: { from: "All" } } })) },
            });
        }
        const room = { "nvidia.com/gpu": "8" };
        await stage.create({
            apiVersion: "v1",
            kind: "Node",
            metadata: { name: "large", labels: { "maas-platform.io/pool": "l40s" } },
        });
        await stage.cluster.mergePatch(ref("v1", "Node", "large"), { status: { allocatable: room } }, { subresource: "status" });
        for (const { apiVersion, kind, metadata, spec } of services) {
            const { finalizers: _, ...own } = metadata;
            await stage.create({ apiVersion, kind, metadata: own, spec });
        }
        for (const { metadata } of services) {
            await stage.condition(ref("serving.kserve.io/v1alpha2", "LLMInferenceService", metadata.name, namespace), "Ready");
        }
    });
    afterAll(() => stage?.close());

    it("is every object of the recording, field by field", async () => {
        const found: string[] = [];
        for (const object of recording.generated) {
            const { apiVersion, kind, metadata } = object;
            const made = await stage.cluster.get(ref(apiVersion, kind, metadata.name, metadata.namespace));
            found.push(
                ...(made === undefined
                    ? [`${kind} ${metadata.name}: is not made`]
                    : differences(`${kind} ${metadata.name}`, shorn(object), shorn(made))),
            );
        }
        expect(recording.generated.length).toBeGreaterThan(0);
        const key = ({ kind, metadata }: KubeObject): string => `${kind} ${metadata.name}`;
        const wanted = new Set(recording.generated.map(key));
        for (const of of new Set(recording.generated.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`))) {
            const [apiVersion, kind] = of.split(" ") as [string, string];
            const made = await stage.cluster.list(apiVersion, kind, Object.values(recording.services)[0]!.metadata.namespace);
            const owned = made.filter(({ metadata }) =>
                metadata.ownerReferences?.some((owner) => owner.kind === "LLMInferenceService"),
            );
            found.push(
                ...owned
                    .map(key)
                    .filter((one) => !wanted.has(one))
                    .map((one) => `${one}: is made, and not recorded`),
            );
        }
        expect(found.filter((difference) => !OTHERWISE.some(([where]) => where.test(difference)))).toEqual([]);
        // What never differs is no exception.
        expect(OTHERWISE.filter(([where]) => !found.some((difference) => where.test(difference)))).toEqual([]);
    });

    it("is said in the status in the same words", async () => {
        for (const [name, service] of Object.entries(recording.services)) {
            const made = await stage.get(ref(service.apiVersion, service.kind, name, service.metadata.namespace));
            const status = (of: KubeObject): object => ({
                ...of.status,
                observedGeneration: undefined,
                conditions: [...(of.status.conditions as Record<string, unknown>[])]
                    .map(({ lastTransitionTime: _, ...condition }) => condition)
                    .sort((a, b) => (String(a["type"]) < String(b["type"]) ? -1 : 1)),
            });
            expect(status(made)).toEqual(status(service));
        }
    });
});

/** An object without what every cluster writes otherwise; digests of images are stand-ins in the recording. */
function shorn({ metadata, status: _, ...body }: KubeObject): object {
    const { name, namespace, labels, annotations, ownerReferences } = metadata;
    return JSON.parse(
        JSON.stringify({
            ...body,
            metadata: {
                name,
                namespace,
                labels,
                annotations,
                ownerReferences: ownerReferences?.map(({ uid: _uid, ...owner }) => owner),
            },
        }).replace(/@sha256:[a-z]{4}(?=")/g, ""),
    ) as object;
}

/** Paths at which two values differ, with what stands there. */
function differences(at: string, wanted: unknown, made: unknown): string[] {
    if (isMap(wanted) && isMap(made)) {
        return [...new Set([...Object.keys(wanted), ...Object.keys(made)])].flatMap((key) =>
            differences(`${at}.${key}`, wanted[key], made[key]),
        );
    }
    if (Array.isArray(wanted) && Array.isArray(made)) {
        return Array.from({ length: Math.max(wanted.length, made.length) }, (_, i) =>
            differences(`${at}[${i}]`, wanted[i], made[i]),
        ).flat();
    }
    return JSON.stringify(wanted) === JSON.stringify(made)
        ? []
        : [`${at}: ${JSON.stringify(made)?.slice(0, 200)} instead of ${JSON.stringify(wanted)?.slice(0, 200)}`];
}

function isMap(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
