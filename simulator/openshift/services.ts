import { createHash } from "node:crypto";

import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { duration } from "../durations";
import { K } from "../kind-names";
import { type Controller, itself, keyOf, ownerOf, type Pass, splitKey, type World } from "../world";

/** Services have endpoints once a workload that they select is ready, and an address once a load balancer has one. */
export class Services implements Controller {
    readonly name = "services";
    readonly watches: Controller["watches"];

    constructor(private readonly world: World) {
        const around = (object: KubeObject): string[] => {
            const labels = (object.spec?.template?.metadata?.labels ?? {}) as Record<string, string>;
            return world
                .inNamespace(K.Service, object.metadata.namespace!)
                .filter((service) => selects(service, labels))
                .map(keyOf);
        };
        this.watches = {
            [K.Service]: itself,
            [K.Deployment]: around,
            [K.StatefulSet]: around,
            [K.Namespace]: () => [],
            "v1/Endpoints": () => [],
            "discovery.k8s.io/v1/EndpointSlice": () => [],
        };
    }

    async reconcile(key: string, pass: Pass): Promise<void> {
        const [namespace, name] = splitKey(key);
        const service = this.world.get(K.Service, namespace, name);
        if (!service || service.metadata.deletionTimestamp) {
            return;
        }
        if (
            service.spec.type === "LoadBalancer" &&
            !service.status?.loadBalancer?.ingress &&
            pass.waited("balancer", duration("ingress.loadbalancer"))
        ) {
            const hostname = `${createHash("sha256").update(key).digest("hex").slice(0, 32)}.us-east-2.elb.amazonaws.com`;
            await this.world.setStatus(service, { loadBalancer: { ingress: [{ hostname }] } });
        }
        if (!service.spec.selector) {
            return;
        }
        const workloads = [K.Deployment, K.StatefulSet]
            .flatMap((kind) => this.world.inNamespace(kind, namespace))
            .filter((workload) => selects(service, workload.spec.template.metadata?.labels ?? {}));
        const backing = workloads.find((workload) => Number(workload.status?.readyReplicas ?? 0) > 0);
        const ports = (
            (service.spec.ports as
                { name?: string; port: number; targetPort?: number | string; protocol?: string }[] | undefined) ?? []
        ).map(({ name: port, port: number, targetPort, protocol }) => ({
            ...(port !== undefined && { name: port }),
            port: typeof targetPort === "number" ? targetPort : number,
            protocol: protocol ?? "TCP",
        }));
        const owner = ownerOf(service);
        const endpoints = async (subsets: object[]): Promise<void> => {
            const metadata = { name, namespace, ownerReferences: [owner] };
            await this.world.patch(await this.world.ensure({ apiVersion: "v1", kind: "Endpoints", metadata, subsets }), {
                subsets,
            });
        };
        if (!backing) {
            // They are there at once, empty until there are pods; whoever waits for the Service waits for pods that are not ready.
            const waiting = workloads.filter((workload) => Number(workload.spec.replicas ?? 1) > 0);
            await endpoints(
                waiting.length === 0 ? [] : [{ notReadyAddresses: waiting.map((w) => ({ ip: addressOf(w) })), ports }],
            );
            return;
        }
        const ip = addressOf(backing);
        await endpoints([{ addresses: [{ ip }], ports }]);
        await this.world.ensure({
            apiVersion: "discovery.k8s.io/v1",
            kind: "EndpointSlice",
            metadata: {
                name: `${name}-${createHash("sha256").update(key).digest("hex").slice(0, 5)}`,
                namespace,
                labels: { "kubernetes.io/service-name": name },
                ownerReferences: [owner],
            },
            addressType: "IPv4",
            endpoints: [{ addresses: [ip], conditions: { ready: true, serving: true, terminating: false } }],
            ports,
        });
    }
}

/** The address of a workload's pod, always the same. */
function addressOf(workload: KubeObject): string {
    const digest = createHash("sha256").update(keyOf(workload)).digest();
    return `10.128.${digest[0]}.${digest[1]! | 1}`;
}

function selects(service: KubeObject, labels: Readonly<Record<string, string>>): boolean {
    const selector = Object.entries((service.spec?.selector ?? {}) as Record<string, string>);
    return selector.length > 0 && selector.every(([key, value]) => labels[key] === value);
}
