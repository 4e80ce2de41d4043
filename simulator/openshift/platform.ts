import type { KubeObject } from "../../rehearsal/cluster/cluster";
import { clusterAuthority, serviceAuthority, servingCertificate } from "../certificates";
import { duration } from "../durations";
import { K } from "../kind-names";
import { type Controller, itself, keyOf, ownerOf, type Pass, splitKey, type World } from "../world";

/** Creates the objects that every namespace of OpenShift holds from its first second. */
export class Namespaces implements Controller {
    readonly name = "namespaces";
    readonly watches: Controller["watches"] = { [K.Namespace]: itself };

    constructor(private readonly world: World) {}

    async reconcile(key: string, pass: Pass): Promise<void> {
        const [, name] = splitKey(key);
        const namespace = this.world.get(K.Namespace, "", name);
        if (!namespace || namespace.metadata.deletionTimestamp || !pass.waited("content", duration("namespace.content"))) {
            return;
        }
        await this.world.ensure({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace: name } });
        for (const [configMap, file, authority] of [
            ["kube-root-ca.crt", "ca.crt", clusterAuthority()],
            ["openshift-service-ca.crt", "service-ca.crt", serviceAuthority()],
        ] as const) {
            await this.world.ensure({
                apiVersion: "v1",
                kind: "ConfigMap",
                metadata: { name: configMap, namespace: name },
                data: { [file]: authority.cert },
            });
        }
    }
}

const SERVING_CERT = "service.beta.openshift.io/serving-cert-secret-name";
const INJECT_BUNDLE = "service.beta.openshift.io/inject-cabundle";

/**
 * service-ca: certificates for annotated Services, its CA for annotated ConfigMaps. Source:
 * docs/sources/openshift.md#service-ca.
 */
export class ServiceCa implements Controller {
    readonly name = "service-ca";
    readonly watches: Controller["watches"] = {
        [K.Service]: (service) => (service.metadata.annotations?.[SERVING_CERT] ? [`s|${keyOf(service)}`] : []),
        [K.ConfigMap]: (config) => (config.metadata.annotations?.[INJECT_BUNDLE] === "true" ? [`c|${keyOf(config)}`] : []),
        [K.Secret]: () => [],
    };

    constructor(private readonly world: World) {}

    async reconcile(key: string, pass: Pass): Promise<void> {
        const [namespace, name] = splitKey(key.slice(2));
        if (key.startsWith("c|")) {
            const config = this.world.get(K.ConfigMap, namespace, name);
            if (config && pass.waited("inject", duration("service-ca"))) {
                await this.world.patch(config, { data: { "service-ca.crt": serviceAuthority().cert } });
            }
            return;
        }
        const service = this.world.get(K.Service, namespace, name);
        const secret = service?.metadata.annotations?.[SERVING_CERT];
        if (!service || !secret || service.metadata.deletionTimestamp || !pass.waited("sign", duration("service-ca"))) {
            return;
        }
        await this.world.ensure({
            apiVersion: "v1",
            kind: "Secret",
            type: "kubernetes.io/tls",
            metadata: {
                name: secret,
                namespace,
                annotations: {
                    "service.beta.openshift.io/originating-service-name": name,
                    "service.beta.openshift.io/originating-service-uid": service.metadata.uid!,
                },
                ownerReferences: [{ ...ownerOf(service), controller: false, blockOwnerDeletion: false }],
            },
            data: servingCertificate(name, namespace),
        });
        await this.world.patch(service, {
            metadata: { annotations: { "service.beta.openshift.io/serving-cert-signed-by": serviceAuthority().name } },
        });
    }
}

/**
 * Routes are admitted by the default router unless an older one has their host. Source: docs/sources/gateways.md#exposure.
 */
export class Router implements Controller {
    readonly name = "router";
    readonly watches: Controller["watches"];

    constructor(private readonly world: World) {
        this.watches = {
            [K.Route]: (route, type) =>
                type === "DELETED"
                    ? world
                          .all(K.Route)
                          .filter((other) => other.spec.host === route.spec.host)
                          .map(keyOf)
                    : [keyOf(route)],
        };
    }

    async reconcile(key: string, pass: Pass): Promise<void> {
        const route = this.world.get(K.Route, ...splitKey(key));
        if (!route || route.metadata.deletionTimestamp || !pass.waited("admit", duration("ingress.route"))) {
            return;
        }
        const age = (other: KubeObject): string => `${other.metadata.creationTimestamp}/${keyOf(other)}`;
        const older = this.world
            .all(K.Route)
            .find((other) => other.spec.host === route.spec.host && keyOf(other) !== key && age(other) < age(route));
        const fault = this.world.faults.notReady("Route", route.metadata.name);
        const claimed = older && older.metadata.namespace !== route.metadata.namespace;
        const admitted = !claimed && fault === undefined;
        const before = (route.status?.ingress as { conditions?: object[] }[] | undefined)?.[0]?.conditions ?? [];
        const [condition] = this.world.conditions(before, [
            {
                type: "Admitted",
                status: admitted ? "True" : "False",
                reason: admitted ? "" : claimed ? "HostAlreadyClaimed" : fault!,
                message: admitted
                    ? ""
                    : claimed
                      ? `route ${older.metadata.name} already exposes ${route.spec.host} and is older`
                      : "the route is not admitted in this rehearsal",
            },
        ]) as { reason: string; message: string }[];
        const { reason, message, ...rest } = condition!;
        const domain = this.world.get("config.openshift.io/v1/Ingress", "", "cluster")?.spec?.domain as string | undefined;
        await this.world.setStatus(route, {
            ingress: [
                {
                    host: route.spec.host,
                    routerName: "default",
                    routerCanonicalHostname: `router-default.${domain ?? "apps.cluster.example.com"}`,
                    wildcardPolicy: route.spec.wildcardPolicy ?? "None",
                    conditions: [{ ...rest, ...(reason !== "" && { reason, message }) }],
                },
            ],
        });
    }
}
