/** Watches, at every change of a rehearsed cluster, whether some MaaS API can tell if a key is valid. */
import type { Cluster, KubeObject } from "../rehearsal/cluster/cluster";

const DEPLOYMENT = "apps/v1/Deployment";
const STATEFUL_SET = "apps/v1/StatefulSet";
const SECRET = "v1/Secret";
const NETWORK_POLICY = "networking.k8s.io/v1/NetworkPolicy";
const AUTH_POLICY = "kuadrant.io/v1/AuthPolicy";
const POSTGRES_CLUSTER = "postgresql.cnpg.io/v1/Cluster";
const KINDS = [DEPLOYMENT, STATEFUL_SET, POSTGRES_CLUSTER, SECRET, NETWORK_POLICY, AUTH_POLICY];

const keyOf = ({ apiVersion, kind, metadata: { namespace = "", name } }: KubeObject): string =>
    `${apiVersion}/${kind} ${namespace}/${name}`;

/** Namespaces in which a release has its MaaS API. */
const HOMES = ["redhat-ods-applications", "redhat-ai-gateway-infra"] as const;

type Labels = Readonly<Record<string, string>>;

interface Peer {
    readonly namespaceSelector?: { readonly matchLabels?: Labels };
    readonly podSelector?: { readonly matchLabels?: Labels };
}

/** What was seen of a cluster since the watch began. */
export class KeyValidation {
    /** How often the cluster changed and was looked at. */
    looks = 0;
    /** When nobody could answer, and why; empty when keys were validated at every moment. */
    readonly outages: string[] = [];
    /** The namespaces whose API answered, in the order in which they did. */
    readonly answered: string[] = [];
    /** When the policies in force asked an API that could not answer, in seconds. */
    readonly askedInVain: number[] = [];
    private readonly objects = new Map<string, KubeObject>();
    private readonly stop: () => void;

    private constructor(
        cluster: Cluster,
        objects: readonly KubeObject[],
        private readonly now: () => number,
    ) {
        objects.forEach((object) => this.objects.set(keyOf(object), object));
        this.stop = cluster.subscribe(KINDS, ({ type, object }) => {
            if (type === "DELETED") {
                this.objects.delete(keyOf(object));
            } else {
                this.objects.set(keyOf(object), object);
            }
            this.look();
        });
    }

    /** @param now the cluster's clock in seconds, for what is told */
    static async of(cluster: Cluster, now: () => number): Promise<KeyValidation> {
        const objects = await Promise.all(
            KINDS.map((kind) => {
                const at = kind.lastIndexOf("/");
                return cluster.list(kind.slice(0, at), kind.slice(at + 1));
            }),
        );
        return new KeyValidation(cluster, objects.flat(), now);
    }

    close(): void {
        this.stop();
    }

    private look(): void {
        this.looks++;
        const able = HOMES.filter((home) => this.obstacle(home) === undefined);
        for (const home of able.filter((one) => !this.answered.includes(one))) {
            this.answered.push(home);
        }
        const at = `${Math.round(this.now())} s`;
        if (able.length === 0) {
            this.outages.push(`${at}: ${HOMES.map((home) => `${home}: ${this.obstacle(home)}`).join("; ")}`);
        }
        const asked = this.all(AUTH_POLICY).some((policy) => policy.metadata.name.startsWith("maas-auth-")) ? HOMES[0] : HOMES[1];
        if (!able.includes(asked)) {
            this.askedInVain.push(this.now());
        }
    }

    /** Why the API of a namespace cannot tell whether a key is valid; undefined when it can. */
    private obstacle(home: string): string | undefined {
        const api = this.get(DEPLOYMENT, home, "maas-api");
        if (api === undefined || Number(api.status?.readyReplicas ?? 0) === 0) {
            return "no API runs";
        }
        const url = (this.get(SECRET, home, "maas-db-config")?.["data"] as Labels | undefined)?.["DB_CONNECTION_URL"];
        if (url === undefined) {
            return "no Secret says where the database is";
        }
        const { hostname } = new URL(Buffer.from(url, "base64").toString("utf8"));
        const [server, namespace] = hostname.split(".") as [string, string];
        const pods = this.database(namespace, server);
        if (pods === undefined) {
            return "the database does not run";
        }
        const labels = api.spec.template.metadata.labels as Labels;
        const policies = this.all(NETWORK_POLICY).filter(
            ({ metadata, spec }) => metadata.namespace === namespace && matches(spec.podSelector?.matchLabels, pods),
        );
        const admits = ({ namespaceSelector, podSelector }: Peer): boolean =>
            matches(namespaceSelector?.matchLabels, { "kubernetes.io/metadata.name": home }) &&
            matches(podSelector?.matchLabels, labels);
        return policies.length === 0 ||
            policies.some(({ spec }) => (spec.ingress as { from: Peer[] }[]).some(({ from }) => from.some(admits)))
            ? undefined
            : `the network policies of ${namespace} do not let it in`;
    }

    /** The labels of the pods behind a host name, if they run. */
    private database(namespace: string, server: string): Labels | undefined {
        const set = this.get(STATEFUL_SET, namespace, server);
        const cluster = this.get(POSTGRES_CLUSTER, namespace, server.replace(/-rw$/, ""));
        const running = Number(set?.status?.readyReplicas ?? cluster?.status?.readyInstances ?? 0) > 0;
        return !running
            ? undefined
            : ((set?.spec.template.metadata.labels as Labels | undefined) ?? { "cnpg.io/cluster": cluster!.metadata.name });
    }

    private get(kind: string, namespace: string, name: string): KubeObject | undefined {
        return this.objects.get(`${kind} ${namespace}/${name}`);
    }

    private all(kind: string): KubeObject[] {
        return [...this.objects].filter(([key]) => key.startsWith(`${kind} `)).map(([, object]) => object);
    }
}

function matches(selector: Labels | undefined, labels: Labels): boolean {
    return Object.entries(selector ?? {}).every(([key, value]) => labels[key] === value);
}
